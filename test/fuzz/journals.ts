import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { encodeState, parseState } from '../../src/journal/state.ts'
import { packUndo, unpackUndo } from '../../src/journal/undo.ts'
import { Secret } from '../../src/secret.ts'
import { hostileJson, hostileText, JSON_SIGNS } from './hostile.ts'
import { CANARY, type Target } from './target.ts'

const CODED = Buffer.from(CANARY).toString('base64')
const STATE = encodeState({
  ...{
    phase: 'writing',
    run: 'a1'.repeat(8),
    namespaces: ['a', 'b'],
    parts: [1],
    obsolete: [2],
    inventory: ['x'],
  },
  ...{ history: [{ run: 'b2', at: '2026-01-05T12:00:00Z', parts: [3] }], write: 'c3' },
  holder: { id: 'd4', run: `https://github.example/${CANARY}`, machine: 'm', process: '1 2' },
})
const UNDO = [
  {
    live: {
      metadata: { name: 'x', namespace: 'a', uid: 'u' },
      type: 'Opaque',
      immutable: false,
      data: { A: CODED },
    },
    desired: { namespace: 'a', name: 'x', data: { A: CODED }, labels: {}, annotations: {}, immutable: false },
  },
]
const SIGNS = [
  ...[
    '"version":1',
    '"phase":"idle"',
    '"parts":[',
    '"history":[',
    '"live":',
    '"desired":',
    '"metadata":',
    '"data":',
  ],
  ...JSON_SIGNS,
  ...['-1', '1.5', '1e999', 'null', `"${CANARY}"`, `"${CODED}"`, '\\ud800'],
]
const KEYS = [
  'live',
  'desired',
  'metadata',
  'name',
  'namespace',
  'uid',
  'data',
  'type',
  'labels',
  'annotations',
]

interface Input {
  readonly state: string
  readonly undo: string
  /** Of the packed undo: where it is damaged, or nowhere. */
  readonly damage: number | undefined
}

/** What a run finds of earlier ones in the cluster. */
export const journals: Target<Input> = {
  name: 'journals',
  inputs: fc.record({
    state: hostileText([Buffer.from(STATE).toString('utf8')], SIGNS),
    undo: fc.oneof(
      hostileText([JSON.stringify(UNDO)], SIGNS),
      hostileJson(KEYS).map((entry) => JSON.stringify([entry])),
    ),
    damage: fc.option(fc.nat(200), { nil: undefined }),
  }),
  run({ state, undo, damage }) {
    const live = (value: Uint8Array): Secret => Secret.of(value, () => undefined)
    const packed = gzipSync(undo, { level: 1 })
    if (damage !== undefined && damage < packed.length) packed[damage] = (packed[damage] ?? 0) ^ 0xff
    const writes = unpackUndo(packed, live)
    if (writes !== undefined) packUndo(writes)
    parseState(Buffer.from(state), { namespace: 'a', name: 'j' })
    return []
  },
}
