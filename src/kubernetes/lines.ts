import type { IncomingMessage } from 'node:http'
import type { Deadline } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import { open, parseBody, refusalOfError, urlOf } from './exchange.ts'
import { refusalError, transportRefusal, type Doing } from './refusal.ts'
import type { Session } from './session.ts'
import { classify } from './status.ts'

/** A line that is longer is nothing that an API server sends: no object is larger than 1.5 MiB in its store. */
const LINE_LIMIT = 32 * 1024 * 1024

export interface LinesRequest {
  readonly doing: Doing
  /** Path and query of a GET. Never holds a value. */
  readonly path: string
  /** Ends the request, whatever comes. */
  readonly limitMs: number
  readonly signal?: AbortSignal
}

/** The lines of an answer as they come. Ends with the answer; throws an ActionError where it is refused or cut. */
export type Lines = (request: LinesRequest) => AsyncGenerator<string, void>

export function createLines(
  session: Session,
  deadline: Pick<Deadline, 'signal'>,
  { scrub, log }: Pick<Effects, 'scrub' | 'log'>,
): Lines {
  return async function* lines({ doing, path, limitMs, signal: given }) {
    const signals = [deadline.signal, AbortSignal.timeout(limitMs), ...(given === undefined ? [] : [given])]
    const signal = AbortSignal.any(signals)
    if (signal.aborted) throw refusalError(doing, transportRefusal('timeout'))
    const credentials = await session.credentials()
    const outgoing = open(urlOf(session, path), { request: { method: 'GET' }, credentials, signal })
    let incoming: IncomingMessage | undefined
    try {
      incoming = await new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.on('response', resolve)
        outgoing.on('error', reject)
      })
      log.debug(`GET ${path}: ${incoming.statusCode ?? 0}`)
      if (incoming.statusCode !== 200) await refuse(incoming, doing, scrub)
      yield* splitLines(incoming)
    } catch (error) {
      if (error instanceof Error && error.name === 'ActionError') throw error
      const errno = (error as NodeJS.ErrnoException).code
      throw refusalError(doing, refusalOfError(errno, { signal, connected: incoming !== undefined }))
    } finally {
      outgoing.on('error', () => undefined)
      outgoing.destroy()
    }
  }
}

async function refuse(incoming: IncomingMessage, doing: Doing, scrub: Effects['scrub']): Promise<never> {
  let text = ''
  for await (const line of splitLines(incoming)) text += line
  const { statusCode = 0, headers } = incoming
  throw refusalError(doing, classify({ status: statusCode, headers, body: parseBody(text) }, scrub))
}

async function* splitLines(incoming: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of incoming) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
    if (rest.length > LINE_LIMIT) throw new Error('a line without an end')
  }
  if (rest !== '') yield rest
}
