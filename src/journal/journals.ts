import type { Effects } from '../effects.ts'
import type { Cluster, RecordContent, Ref, StoredRecord } from '../kubernetes/cluster.ts'
import { needsReading, refusalOf } from '../kubernetes/refusal.ts'
import { MANAGED_BY_LABEL, PREFIX, SET_ANNOTATION, type SetIdentity } from '../kubernetes/set.ts'
import { randomId } from '../random-id.ts'
import { encodeState, journalRef, parseState, partRef, type JournalState } from './state.ts'

/** A journal as it was read or written last. */
export interface Entry {
  readonly state: JournalState
  /** The packed undo, where it is in the journal itself. */
  readonly undo: Uint8Array | undefined
  readonly stored: StoredRecord
}

/** What is written into a journal. */
export interface Content {
  readonly state: Omit<JournalState, 'version' | 'write'>
  readonly undo?: Uint8Array | undefined
}

/** Undo bytes in a further Secret. */
export interface Part {
  readonly number: number
  readonly bytes: Uint8Array
}

/** The journal Secrets of one set. Every write is bound to what was read before, and settled by reading where unclear. */
export interface Journals {
  /** The journal; undefined where there is none. Throws where this version can't read it. */
  read(namespace: string): Promise<Entry | undefined>
  /** Writes over `over` (undefined: no journal yet). Undefined where somebody else has written it meanwhile. */
  write(namespace: string, content: Content, over: Entry | undefined): Promise<Entry | undefined>
  writePart(namespace: string, run: string, part: Part): Promise<void>
  /** The undo of `run` in these further Secrets, put together; undefined where one is missing or another run's. */
  readParts(namespace: string, run: string, parts: readonly number[]): Promise<Uint8Array | undefined>
  deletePart(namespace: string, part: number): Promise<void>
}

const TYPE = `${PREFIX}/journal`
const JOURNAL_LABEL = `${PREFIX}/journal`
/** How often a write whose answer did not come is tried again. */
const ROUNDS = 4

export function createJournals(
  cluster: Cluster,
  { set, random }: { set: SetIdentity } & Pick<Effects, 'random'>,
): Journals {
  const partOf = (namespace: string, number: number): Ref => partRef(journalRef(namespace, set), number)
  return {
    read: (namespace) => readEntry(cluster, journalRef(namespace, set)),
    write(namespace, content, over) {
      const id = randomId({ random }, 8)
      return writeEntry(cluster, recordOf(journalRef(namespace, set), set, dataOf(content, id)), { id, over })
    },
    writePart(namespace, run, { number, bytes }) {
      const data = new Map([
        ['run', Buffer.from(run)],
        ['undo', bytes],
      ])
      return writePart(cluster, recordOf(partOf(namespace, number), set, data))
    },
    async readParts(namespace, run, parts) {
      const found = await Promise.all(parts.map((part) => cluster.readRecord(partOf(namespace, part))))
      const whole = found.map((part) => (textOf(part, 'run') === run ? part?.data.get('undo') : undefined))
      return whole.every((bytes) => bytes !== undefined) ? Buffer.concat(whole) : undefined
    },
    deletePart: (namespace, part) => removed(cluster, partOf(namespace, part)),
  }
}

function recordOf({ namespace, name }: Ref, set: SetIdentity, data: RecordContent['data']): RecordContent {
  return {
    namespace,
    name,
    type: TYPE,
    labels: { [MANAGED_BY_LABEL]: 'secretferry', [JOURNAL_LABEL]: set.digest },
    annotations: { [SET_ANNOTATION]: set.name },
    data,
  }
}

function dataOf({ state, undo }: Content, id: string): RecordContent['data'] {
  const bytes = encodeState({ ...state, write: id })
  return new Map([['state', bytes], ...(undo === undefined ? [] : [['undo', undo] as const])])
}

async function readEntry(cluster: Cluster, ref: Ref): Promise<Entry | undefined> {
  const stored = await cluster.readRecord(ref)
  return stored === undefined ? undefined : entryOf(stored)
}

/** Whether a write whose answer did not come was done is told by its id; where it was not, it is sent again. */
async function writeEntry(
  cluster: Cluster,
  record: RecordContent,
  { id, over }: { id: string; over: Entry | undefined },
): Promise<Entry | undefined> {
  for (let round = 1; ; round++) {
    const done = await written(cluster, record, over?.stored)
    if (!('error' in done)) return entryOf(done)
    const now = await readEntry(cluster, record)
    if (now?.state.write === id) return now
    if (now?.stored.resourceVersion !== over?.stored.resourceVersion) return undefined
    if (round === ROUNDS) throw done.error
  }
}

async function writePart(cluster: Cluster, record: RecordContent): Promise<void> {
  for (let round = 1; ; round++) {
    const done = await written(cluster, record, await cluster.readRecord(record))
    if (!('error' in done)) return
    if (round === ROUNDS) throw done.error
  }
}

/** The record as it was written, or the error that only a read can settle. Throws any other. */
async function written(
  cluster: Cluster,
  content: RecordContent,
  over: StoredRecord | undefined,
): Promise<StoredRecord | { readonly error: unknown }> {
  try {
    return await cluster.writeRecord(content, over)
  } catch (error) {
    if (needsReading(error)) return { error }
    throw error
  }
}

async function removed(cluster: Cluster, ref: Ref): Promise<void> {
  for (let round = 1; ; round++) {
    const found = await cluster.readRecord(ref)
    if (found === undefined) return
    try {
      await cluster.delete(found, found)
      return
    } catch (error) {
      if (!needsReading(error) || round === ROUNDS) throw error
    }
  }
}

function entryOf(stored: StoredRecord): Entry {
  return { state: parseState(stored.data.get('state'), stored), undo: stored.data.get('undo'), stored }
}

function textOf(record: StoredRecord | undefined, key: string): string {
  return Buffer.from(record?.data.get(key) ?? []).toString('utf8')
}

/** For how long nobody had written a journal when it was read, in milliseconds by the server's clock; 0: nobody knows. */
export function silenceOf({ stored: { answeredAt, writtenAt } }: Entry): number {
  return answeredAt === undefined || writtenAt === undefined ? 0 : answeredAt - writtenAt
}

/** Whether the credentials may not read the journal, as opposed to all else that can go wrong. */
export function isForbidden(error: unknown): boolean {
  return refusalOf(error)?.kind === 'rbac'
}
