import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { isWrite, type ProxyRequest } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import { findUnclean } from './journal-check.ts'
import { comparable, emptyPlace, lookAt, type Look, type Place } from './look.ts'
import type { Stage } from './stage.ts'

/** What is declared: three Secrets; all five, changed; or one that neither touches. All have a witness. */
export type Version = 'before' | 'after' | 'witness'

/**
 * An apply of five Secrets in two namespaces: three are updated and two are created. Beside them one is taken over from
 * kubectl, and one is pruned.
 */
export interface FiveSecrets {
  /** Two namespaces in which all is as before, made by the requests of a run of the action, without a process. */
  place(): Promise<Place>
  run(place: Place, version: Version, options?: ActionOptions): Promise<ActionRun>
  look(place: Place): Promise<Look>
  /** Which of the two states a place is in; else what of it is in which, and so in neither. */
  judge(place: Place, before: Look): Promise<string>
  /** What is in the journals of a place that should not outlive a run. */
  unclean(place: Place): Promise<readonly string[]>
  /** Every request of a clean run, in order. */
  readonly requests: readonly Ask[]
}

/** What a request is, whatever its number and the names of its case's namespaces: the `nth` of its kind. */
export interface Ask {
  readonly what: string
  readonly nth: number
  readonly write: boolean
  /** Whether it writes a Secret that is not there before. */
  readonly creates: boolean
  readonly hasBody: boolean
}

/** What a run of `after` changes, in order: three updated, two created, one taken over, one pruned. */
export const CHANGED: readonly string[] = [
  ...['a/alpha', 'a/bravo', 'a/delta', 'a/foxtrot', 'a/golf'],
  ...['b/charlie', 'b/echo'],
]
/** What it finds as it shall be. */
export const WITNESSES: readonly string[] = ['a/witness', 'b/witness']

const word = (): string => `v-${randomBytes(12).toString('base64url')}`
const CREATED = ['delta', 'echo']

/** Does the change once, cleanly, to know its requests and what comes of it. */
export async function prepareFive(stage: Stage): Promise<FiveSecrets> {
  const values = { before: word(), after: word(), witness: word() }
  const run: FiveSecrets['run'] = (place, version, options = {}) =>
    stage.run('', {
      ...options,
      files: { '.github/secretferry.yml': configOf(place, version) },
      env: { VALUE: values[version], ...options.env },
    })
  const look: FiveSecrets['look'] = async (place) => withoutBirth(await lookAt(stage, place))
  const template = await emptyPlace(stage)
  const proxy = await startFaultProxy(stage.server())
  const first = await recorded(proxy, () => run(template, 'before', through(proxy, stage)))
  const make = async (): Promise<Place> => {
    const place = await emptyPlace(stage)
    await replay(stage, first, { from: template, to: place })
    return place
  }
  const control = await make()
  const before = await look(control)
  const second = await recorded(proxy, () => run(control, 'after', through(proxy, stage)))
  const after = comparable(await look(control), { place: control, before })
  await proxy.stop()
  return {
    place: make,
    run,
    look,
    async unclean({ a, b }) {
      const found = [await stage.journals(a), await stage.journals(b)]
      return found.flatMap((journals) => findUnclean(journals, Object.values(values)))
    },
    requests: identify(second, control),
    async judge(place, former) {
      const now = await look(place)
      if (isDeepStrictEqual(now, former)) return 'before'
      const reached = comparable(now, { place, before: former })
      return isDeepStrictEqual(reached, after) ? 'after' : describeMix(now, former, { reached, after })
    },
  }
}

/** The inputs that lead a run through the proxy. */
export function through(proxy: FaultProxy, stage: Stage): ActionOptions {
  return { inputs: { kubeconfig: proxy.kubeconfig(stage.server().admin) }, timeoutMs: 180_000 }
}

/** What a request of a case in `place` is; its `nth` is counted by whoever compares. */
export function kindOf({ method, path, query }: ProxyRequest, place: Place): string {
  const asked = new URLSearchParams([...query].filter(([name]) => name !== 'continue')).toString()
  return `${method} ${path}${asked === '' ? '' : `?${asked}`}`
    .replaceAll(place.a, '{a}')
    .replaceAll(place.b, '{b}')
}

/** The requests of a run, each told apart from the others of its kind by its place among them. */
export function identify(requests: readonly ProxyRequest[], place: Place): readonly Ask[] {
  const counts = new Map<string, number>()
  return requests.map((request) => {
    const what = kindOf(request, place)
    const nth = (counts.get(what) ?? 0) + 1
    counts.set(what, nth)
    const write = isWrite(request)
    const creates = write && CREATED.some((name) => request.path.endsWith(`/secrets/${name}`))
    return { what, nth, write, creates, hasBody: request.body() !== '' }
  })
}

/** A pruned object that is made again has another uid and other times: all else of it is as it was. */
function withoutBirth(look: Look): Look {
  const { [PRUNED]: pruned, ...rest } = look
  if (pruned === undefined) return look
  const entries = pruned.metadata['managedFields'] as readonly object[]
  const managedFields = entries.map((entry) => ({ ...entry, time: '' }))
  const metadata = { ...pruned.metadata, uid: '', creationTimestamp: '', managedFields }
  return { ...rest, [PRUNED]: { ...pruned, metadata } }
}

const PRUNED = 'a/foxtrot'

function configOf({ a, b }: Place, version: Version): string {
  const value = '${env://VALUE}'
  const witness = { namespaces: [a, b], data: { KEPT: 'fixed' } }
  const secrets = {
    witness: { witness },
    before: {
      alpha: { namespace: a, data: { KEY: value, KEPT: 'fixed', DROPPED: 'old' } },
      bravo: { namespace: a, data: { KEY: value, KEPT: 'fixed' }, labels: { tier: 'old' } },
      charlie: { namespace: b, data: { KEY: value, KEPT: 'fixed' } },
      foxtrot: { namespace: a, data: { KEY: value }, labels: { tier: 'old' } },
      witness,
    },
    after: {
      alpha: { namespace: a, data: { KEY: value, KEPT: 'fixed' } },
      bravo: { namespace: a, data: { KEY: value, KEPT: 'fixed' }, labels: { tier: 'new' } },
      charlie: { namespace: b, data: { KEY: value, KEPT: 'fixed', ADDED: 'new' } },
      delta: { namespace: a, data: { KEY: value } },
      echo: { namespace: b, type: 'basic-auth', username: 'somebody', password: value },
      golf: { namespace: a, adopt: 'true', data: { KEY: value, KEPT: 'fixed' } },
      witness,
    },
  }
  return JSON.stringify({
    version: 1,
    prune: version === 'after' ? 'true' : 'false',
    secrets: secrets[version],
  })
}

async function recorded(proxy: FaultProxy, run: () => Promise<ActionRun>): Promise<readonly ProxyRequest[]> {
  const seen = proxy.requests.length
  const { exitCode, log } = await run()
  if (exitCode !== 0) throw new Error(`a clean run failed: ${log}`)
  return proxy.requests.slice(seen)
}

/**
 * The writes of a run once more, elsewhere, and something of somebody else's beside them. Of the journals that the run
 * left one is copied: in one namespace there is one already, in the other the next run makes the first.
 */
async function replay(
  stage: Stage,
  requests: readonly ProxyRequest[],
  { from, to }: { from: Place; to: Place },
): Promise<void> {
  const send = async (...request: Parameters<ReturnType<Stage['server']>['request']>): Promise<void> => {
    const { status }: { status: number } = await stage.server().request(...request)
    if (status >= 300) throw new Error(`${request[0]} ${request[1]} was answered ${status}`)
  }
  const moved = (text: string): string => text.replaceAll(from.a, to.a).replaceAll(from.b, to.b)
  const journals = Object.entries(await stage.journals(from.a))
  for (const request of requests.filter((each) => isWrite(each) && !/-journal-/.test(each.path))) {
    const path = moved(`${request.path}?${request.query.toString()}`)
    await send(request.method, path, moved(request.body()), 'application/apply-patch+yaml')
  }
  const foreign = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'charlie', labels: { team: 'theirs' } },
    data: { THEIRS: 'dGhlaXJz' },
  }
  const charlie = `/api/v1/namespaces/${to.b}/secrets/charlie?fieldManager=somebody`
  await send('PATCH', charlie, JSON.stringify(foreign), 'application/apply-patch+yaml')
  const kubectl = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'golf',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"stringData":{"KEPT":"fixed"}}' },
    },
    data: { KEPT: 'Zml4ZWQ=', STALE: 'c3RhbGU=' },
  }
  await send('POST', `/api/v1/namespaces/${to.a}/secrets?fieldManager=kubectl-client-side-apply`, kubectl)
  for (const [name, { metadata, type, data }] of journals) {
    const { labels, annotations, managedFields } = metadata as {
      labels?: object
      annotations?: object
      managedFields?: { manager: string }[]
    }
    const state = moved(Buffer.from(data?.['state'] ?? '', 'base64').toString())
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, labels, annotations },
      type,
      data: { ...data, state: Buffer.from(state).toString('base64') },
    }
    const manager = managedFields?.[0]?.manager ?? 'unknown'
    await send('POST', `/api/v1/namespaces/${to.a}/secrets?fieldManager=${manager}`, object)
  }
}

/** Of each object whether it is as before, as after or neither, without a value. */
function describeMix(
  now: Look,
  former: Look,
  { reached, after }: { reached: unknown; after: unknown },
): string {
  const [is, shall] = [reached, after] as Readonly<Record<string, unknown>>[]
  const names = new Set([now, former, shall ?? {}].flatMap((each) => Object.keys(each)))
  const words = [...names].sort().map((name) => {
    if (isDeepStrictEqual(now[name], former[name])) {
      return isDeepStrictEqual(is?.[name], shall?.[name]) ? `${name} the same` : `${name} as before`
    }
    if (isDeepStrictEqual(is?.[name], shall?.[name])) return `${name} as after`
    return `${name} ${now[name] === undefined ? 'gone' : 'NEITHER'}`
  })
  return `a mixed state: ${words.join(', ')}`
}
