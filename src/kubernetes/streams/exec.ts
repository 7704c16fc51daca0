import type { Secret } from '../../secret.ts'
import { list, mapping, text } from '../objects.ts'
import { refusalError, transportRefusal } from '../refusal.ts'
import type { Upgrade } from './upgrade.ts'

/** A container of a pod. */
export interface ContainerRef {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

export interface Command {
  /** Part of the request's URL, so never a value. */
  readonly command: readonly string[]
  readonly stdin: Secret | undefined
  /** Ends waiting for it; the command itself may go on in the container. */
  readonly signal: AbortSignal
}

/** How a command ended. */
export interface Executed {
  readonly end: End
  /** The last of what it printed, on both streams. Foreign, and may hold any value: only for `scrub`. */
  readonly printed: string
  /** Whether the server could not say that standard input had ended. */
  readonly stdinLeftOpen: boolean
}

export type End =
  | { readonly kind: 'exited'; readonly code: number }
  /** It was not started: no such program, no such container. */
  | { readonly kind: 'not-started'; readonly noProgram: boolean }

/** Runs a command in a container. Rejects where the server refuses, or the connection ends before the command does. */
export type Exec = (ref: ContainerRef, command: Command) => Promise<Executed>

const STDIN = 0
const STDOUT = 1
const STDERR = 2
const STATUS = 3
/** Of what is printed, the end counts; nobody is shown more than a few lines. */
const KEPT_BYTES = 16 * 1024

export function createExec(upgrade: Upgrade): Exec {
  return async (ref, { command, stdin, signal }) => {
    const doing = `command in ${ref.namespace}/${ref.pod}`
    const ended = Promise.withResolvers<Executed>()
    const printed = keepLast(KEPT_BYTES)
    let status: Buffer = Buffer.alloc(0)
    let stdinLeftOpen = false
    const settle = (): void => {
      const end = endOf(status)
      if (end !== undefined) ended.resolve({ end, printed: printed.text(), stdinLeftOpen })
      else ended.reject(refusalError(doing, transportRefusal(signal.aborted ? 'timeout' : 'cut')))
    }
    const path = pathOf(ref, command, stdin !== undefined)
    const channels = await upgrade(
      { doing, path, protocols: PROTOCOLS, signal },
      {
        message(channel, content) {
          if (channel === STDOUT || channel === STDERR) printed.add(content)
          if (channel !== STATUS) return
          status = Buffer.concat([status, content])
          if (endOf(status) !== undefined) settle()
        },
        closed: settle,
      },
    )
    if (stdin !== undefined) {
      channels.send(STDIN, stdin.bytes())
      stdinLeftOpen = !channels.end(STDIN)
    }
    return ended.promise.finally(() => channels.close())
  }
}

/** The fifth can say that standard input ends; the fourth is for servers before Kubernetes 1.30. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io']

function pathOf(
  { namespace, pod, container }: ContainerRef,
  command: readonly string[],
  stdin: boolean,
): string {
  const query = new URLSearchParams([
    ...command.map((word): [string, string] => ['command', word]),
    ['container', container],
    ...(stdin ? [['stdin', 'true'] as [string, string]] : []),
    ['stdout', 'true'],
    ['stderr', 'true'],
  ])
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query.toString()}`
}

/** What the Status on the last channel says; undefined where it is not there, or not whole. */
function endOf(status: Buffer): End | undefined {
  let body: unknown
  try {
    body = JSON.parse(status.toString('utf8'))
  } catch {
    return undefined
  }
  const { status: word, reason, details, message } = mapping(body)
  if (word === 'Success') return { kind: 'exited', code: 0 }
  if (word !== 'Failure') return undefined
  const causes = list(mapping(details)['causes']).map(mapping)
  const code = causes.find((cause) => cause['reason'] === 'ExitCode')
  const said = text(code?.['message'])
  if (reason === 'NonZeroExitCode' && /^\d{1,3}$/.test(said)) return { kind: 'exited', code: Number(said) }
  const [, exit] = EXIT.exec(text(message)) ?? []
  if (exit !== undefined) return { kind: 'exited', code: Number(exit) }
  return { kind: 'not-started', noProgram: NO_PROGRAM.test(text(message)) }
}

/** What Go says of a command that failed, where a runtime hands it on as an error of its own. */
const EXIT = /: exit status (\d{1,3})$/
/** What container runtimes say where there is no such program; runc, crun and gVisor. */
const NO_PROGRAM = /executable file not found|no such file or directory|executable file `.*` not found/i

function keepLast(limit: number) {
  let kept: Buffer = Buffer.alloc(0)
  return {
    add(content: Uint8Array): void {
      kept = Buffer.from(Buffer.concat([kept, content]).subarray(-limit))
    },
    text: () => kept.toString('utf8'),
  }
}
