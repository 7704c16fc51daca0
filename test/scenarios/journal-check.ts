import { gunzipSync } from 'node:zlib'
import { findLeaksInBytes } from './canaries.ts'
import type { LiveObject, Snapshot } from './stage.ts'

/** What a journal says of itself, as far as tests look at it. */
export interface JournalState {
  readonly phase: string
  readonly holder?: Readonly<Record<string, unknown>>
}

/** The state of a journal; undefined for a further Secret of one, which has none. */
export function readState({ data = {} }: LiveObject): JournalState | undefined {
  const { state } = data
  if (state === undefined) return undefined
  return JSON.parse(Buffer.from(state, 'base64').toString('utf8')) as JournalState
}

/** What journals hold that no run should leave in them: anything but an idle state, and any of the values. */
export function findUnclean(journals: Snapshot, values: readonly (string | Uint8Array)[]): readonly string[] {
  return Object.entries(journals).flatMap(([name, journal]) => {
    const state = readState(journal)
    const keys = Object.keys(journal.data ?? {}).filter((key) => key !== 'state')
    return [
      ...(state === undefined ? [`${name} is a further Secret`] : []),
      ...(state === undefined || state.phase === 'idle' ? [] : [`${name} is ${state.phase}`]),
      ...(state?.holder === undefined ? [] : [`${name} has a holder`]),
      ...keys.map((key) => `${name} has the key ${key}`),
      ...(holdsValue(journal, values) ? [`${name} holds a value`] : []),
    ]
  })
}

/** Whether one of the values is anywhere in a journal, in any encoding, compressed or not. */
export function holdsValue(journal: LiveObject, values: readonly (string | Uint8Array)[]): boolean {
  const canaries = values.map((value) => ({ name: 'value', value: Buffer.from(value), parts: [] }))
  const blobs = Object.values(journal.data ?? {}).map((base64) => Buffer.from(base64, 'base64'))
  const texts = [Buffer.from(JSON.stringify(journal)), ...blobs, ...blobs.flatMap(unzipped)]
  return texts.some((bytes) => findLeaksInBytes(bytes, canaries).length > 0)
}

function unzipped(bytes: Buffer): readonly Buffer[] {
  try {
    return [gunzipSync(bytes)]
  } catch {
    return []
  }
}
