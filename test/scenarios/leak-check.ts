import type { ProxyRequest } from '../faults/fault.ts'
import type { ActionRun } from '../support/run-action.ts'
import { findLeaks, findLeaksInBytes, type Canary } from './canaries.ts'

/** What is known of a run that is searched for canaries. */
export interface Evidence {
  readonly run: ActionRun
  readonly canaries: readonly Canary[]
  /** What the API server saw of it. Only the bodies may hold values. */
  readonly requests?: readonly ProxyRequest[]
  /** The files that the run found, by path as in `run.files`: what was arranged is no leak. */
  readonly given?: ReadonlyMap<string, Uint8Array>
}

/**
 * Every leak of a run, as `channel: canary as encoding`; none is good. The log is searched as the runner shows it, where
 * a mask hides only what comes after it, and as it was written, for the action does not lean on masks: they are for what
 * other steps print. Everything else is searched as it was written.
 */
export function inspectRun({ run, canaries, requests = [], given = new Map() }: Evidence): readonly string[] {
  const channels: readonly Channel[] = [
    ...logChannels(run),
    ...fileCommandChannels(run),
    ...fileChannels(run, given),
    ['command line', run.argv.join('\n')],
    ...run.children.map((argv): Channel => ['command line of a child', argv.join('\n')]),
    ...run.connections.map((connection): Channel => ['connection', JSON.stringify(connection)]),
    ...requests.flatMap(requestChannels),
  ]
  const found = channels.flatMap(([channel, content]) =>
    leaksIn(content, canaries).map((leak) => `${channel}: ${leak}`),
  )
  return [...(run.stderr === '' ? [] : ['stderr: not empty']), ...new Set(found)]
}

type Channel = readonly [name: string, content: string | Uint8Array]

function logChannels(run: ActionRun): readonly Channel[] {
  const annotated = /^##\[(?:error|warning|notice)\]/
  return [
    ['log', run.log],
    ['log', run.lines.map(({ shown }) => shown).join('\n')],
    ['log before masking', run.lines.map(({ raw }) => raw).join('\n')],
    ['stderr', run.stderr],
    ...run.lines
      .filter(({ raw }) => annotated.test(raw))
      .map(({ raw }): Channel => ['annotation before masking', raw]),
    ...run.annotations.map((annotation): Channel => ['annotation', JSON.stringify(annotation)]),
    ...run.annotations.flatMap(({ message, title = '', file = '' }): Channel[] => [
      ['annotation', message],
      ['annotation', title],
      ['annotation', file],
    ]),
    ...run.complaints.map((complaint): Channel => ['complaint of the runner', complaint]),
  ]
}

function fileCommandChannels(run: ActionRun): readonly Channel[] {
  const pairs = (what: string, record: Readonly<Record<string, string>>): Channel[] =>
    Object.entries(record).flatMap(([name, value]): Channel[] => [
      [`name of ${what}`, name],
      [`${what} ${name}`, value],
      // JSON in it holds its texts escaped.
      [`${what} ${name}`, unescapeJson(value)],
    ])
  return [
    ...pairs('output', run.outputs),
    ...pairs('state', run.state),
    ...pairs('environment', run.environment),
    ['path', run.addedPath],
    ['summary', run.summary],
    ['summary', run.shownSummary ?? ''],
  ]
}

/** Files that the run made, and what it added to others. */
function fileChannels(run: ActionRun, given: ReadonlyMap<string, Uint8Array>): readonly Channel[] {
  return [...run.files].flatMap(([path, content]): Channel[] => {
    const before = Buffer.from(given.get(path) ?? [])
    const kept = before.length > 0 && content.subarray(0, before.length).equals(before)
    const fresh = kept ? content.subarray(before.length) : content
    if (given.has(path) && fresh.length === 0) return []
    return [
      ...(given.has(path) ? [] : [['name of a file', path] as const]),
      [`file ${path}`, fresh],
      [`file ${path}`, unescapeJson(fresh.toString('utf8'))],
    ]
  })
}

function requestChannels({ method, path, query }: ProxyRequest): readonly Channel[] {
  const pairs = [...query].flat().join('\n')
  return [
    ['request', `${method} ${path}?${query.toString()}`],
    ['request', `${decode(path)}\n${pairs}`],
  ]
}

const searched = new WeakMap<readonly Canary[], Map<string | Uint8Array, readonly string[]>>()

/** What leaks in a content, whatever its channel: one that was searched for the same canaries is not searched again. */
function leaksIn(content: string | Uint8Array, canaries: readonly Canary[]): readonly string[] {
  const known = searched.get(canaries) ?? new Map<string | Uint8Array, readonly string[]>()
  searched.set(canaries, known)
  const found = known.get(content) ?? search(content, canaries)
  known.set(content, found)
  return found
}

function search(content: string | Uint8Array, canaries: readonly Canary[]): readonly string[] {
  const leaks =
    typeof content === 'string' ? findLeaks(content, canaries) : findLeaksInBytes(content, canaries)
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('utf8')
  const pieces = canaries.filter((canary) => wordsOf(canary).some((word) => text.includes(word)))
  return [
    ...leaks.map(({ canary, encoding }) => `${canary} as ${encoding}`),
    ...pieces.map(({ name }) => `a piece of ${name}`),
  ]
}

const words = new WeakMap<Canary, readonly string[]>()

/** The words of a canary that are unlike anything else: what is left of one that was cut before it was masked. */
function wordsOf(canary: Canary): readonly string[] {
  const known = words.get(canary)
  if (known !== undefined) return known
  const found = [canary.value.toString('utf8'), ...canary.parts].flatMap(
    (text) => text.match(/canary-[^-]+-[0-9a-f]{24}/g) ?? [],
  )
  words.set(canary, found)
  return found
}

/** Every string of a JSON text; nothing for any other text. Lines of JSON are read one by one. */
function unescapeJson(text: string): string {
  const parse = (each: string): unknown => {
    try {
      return JSON.parse(each) as unknown
    } catch {
      return undefined
    }
  }
  const whole = parse(text)
  const roots = whole === undefined ? text.split('\n').map(parse) : [whole]
  return roots.flatMap(stringsOf).join('\n')
}

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsOf(inner)])
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
