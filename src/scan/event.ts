import { readFile } from 'node:fs/promises'

/** Which commits the event is about. */
export type Event =
  | {
      readonly kind: 'change'
      /** What it is called in a report. */
      readonly name: string
      /** Undefined: there was nothing before, or it is not known. */
      readonly base: string | undefined
      readonly head: string
      /** Where the head can be fetched from, where its commit alone may not be asked for. */
      readonly ref: string | undefined
      /** How many commits the event speaks of. */
      readonly commits: number
      /** Whether the base commit, not the head, says what is allowed: the change is not yet accepted. */
      readonly proposed: boolean
      readonly defaultBranch: string | undefined
    }
  /** The whole of what is checked out. */
  | { readonly kind: 'state'; readonly name: string; readonly head: string }
  /** No workflow at all. */
  | { readonly kind: 'local' }

type Environment = Readonly<Record<string, string | undefined>>

/** The event that the runner tells of. A payload that can't be read leaves the state of what is checked out. */
export async function readEvent(env: Environment): Promise<Event> {
  if (env['GITHUB_ACTIONS'] !== 'true') return { kind: 'local' }
  const payload = await readFile(env['GITHUB_EVENT_PATH'] ?? '', 'utf8').then(
    (text) => JSON.parse(text) as unknown,
    () => undefined,
  )
  return eventOf(env, payload)
}

export function eventOf(env: Environment, payload: unknown): Event {
  const name = env['GITHUB_EVENT_NAME'] ?? ''
  const said = record(payload)
  const read = READERS[name]
  const defaultBranch = textOf(record(said['repository'])['default_branch'])
  const change = read?.(said)
  if (change === undefined || change.head === undefined)
    return { kind: 'state', name, head: commitOf(env['GITHUB_SHA']) ?? 'HEAD' }
  return { kind: 'change', ...change, head: change.head, defaultBranch }
}

interface Change {
  readonly name: string
  readonly base: string | undefined
  readonly head: string | undefined
  readonly ref: string | undefined
  readonly commits: number
  readonly proposed: boolean
}

const READERS: Readonly<Record<string, (payload: Record<string, unknown>) => Change>> = {
  pull_request: pullRequest,
  pull_request_target: pullRequest,
  merge_group: ({ merge_group: group }) => ({
    name: 'the merge group',
    base: commitOf(record(group)['base_sha']),
    head: commitOf(record(group)['head_sha']),
    ref: textOf(record(group)['head_ref']),
    commits: 0,
    proposed: true,
  }),
  push: ({ before, after, ref, commits }) => ({
    name: 'the push',
    base: commitOf(before),
    head: commitOf(after),
    ref: textOf(ref),
    commits: Array.isArray(commits) ? commits.length : 0,
    proposed: false,
  }),
}

function pullRequest({ pull_request: pull, number }: Record<string, unknown>): Change {
  const { base, head, commits } = record(pull)
  const count = typeof commits === 'number' ? commits : 0
  return {
    name: `pull request #${typeof number === 'number' ? number : '?'}`,
    base: commitOf(record(base)['sha']),
    head: commitOf(record(head)['sha']),
    ref: typeof number === 'number' ? `refs/pull/${number}/head` : undefined,
    commits: count,
    proposed: true,
  }
}

/** An object's name; undefined for anything else, and for the zeros that stand for none. */
function commitOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value) && !/^0+$/.test(value)
    ? value
    : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
