import { createCipheriv } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { liveOf } from '../../test/support/live-secret.ts'
import type { Undoable } from '../kubernetes/attempt.ts'
import type { AppliedSecret } from '../kubernetes/cluster.ts'
import { Secret } from '../secret.ts'
import { packUndo, splitUndo, unpackUndo } from './undo.ts'

const MIB = 1024 * 1024

function appliedOf(values: Readonly<Record<string, Uint8Array>>, name = 'web'): AppliedSecret {
  return {
    namespace: 'app',
    name,
    type: 'Opaque',
    data: new Map(
      Object.entries(values).map(([key, value]) => [key, Secret.of(Buffer.from(value), () => undefined)]),
    ),
    labels: { team: 'a' },
    annotations: { note: 'b' },
    immutable: false,
  }
}

/** What there is of a write besides its values, and the values as bytes. */
function told({ action, live, desired }: Undoable): object {
  const bytes = ({ data }: Pick<AppliedSecret, 'data'>): object =>
    Object.fromEntries([...data].map(([key, value]) => [key, Buffer.from(value.bytes()).toString('hex')]))
  const { name, labels, annotations, type } = desired
  return {
    action,
    desired: { name, labels, annotations, type, data: bytes(desired) },
    live: live === undefined ? undefined : { uid: live.uid, data: bytes(live), type: live.type },
  }
}

function updateOf(before: AppliedSecret, after: AppliedSecret): Undoable {
  const live = liveOf(before, 'secretferry-0')
  const metadata = { ...live.metadata, namespace: live.namespace, uid: live.uid }
  return { action: 'update', live: { ...live, metadata }, desired: after }
}

describe('the undo of a run', () => {
  it('comes back whole, creates and updates, whatever the bytes of the values', () => {
    const bytes = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, bytes), { maxLength: 8 }), (pairs) => {
        const writes = pairs.flatMap(([before, after], nth): Undoable[] => [
          updateOf(appliedOf({ A: before }, `u${nth}`), appliedOf({ A: after }, `u${nth}`)),
          { action: 'create', live: undefined, desired: appliedOf({ B: after }, `c${nth}`) },
        ])
        const back = unpackUndo(packUndo({ writes, restarts: [] }), fakeEffects().live)?.writes
        expect(back?.map(told)).toEqual(writes.map(told))
      }),
    )
  })

  it('comes back in the pieces that it was cut into', () => {
    const large = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
      Buffer.alloc(2 * MIB),
    )
    const packed = packUndo({
      writes: [{ action: 'create', live: undefined, desired: appliedOf({ A: large }) }],
      restarts: [],
    })
    const pieces = splitUndo(packed)
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.every(({ byteLength }) => byteLength <= MIB)).toBe(true)
    expect(Buffer.concat(pieces).equals(packed)).toBe(true)
  })

  it('masks every value before it is handed on', () => {
    const effects = fakeEffects()
    const packed = packUndo({
      writes: [updateOf(appliedOf({ A: Buffer.from('former') }), appliedOf({ A: Buffer.from('latter') }))],
      restarts: [],
    })
    unpackUndo(packed, effects.live)
    expect(effects.masked.map(({ value }) => Buffer.from(value).toString()).sort()).toEqual([
      'former',
      'latter',
    ])
  })

  it('comes back where it could be packed to almost nothing', () => {
    const zeros = Buffer.alloc(900 * 1024)
    const writes = Array.from({ length: 20 }, (_, nth): Undoable => ({
      action: 'create',
      live: undefined,
      desired: appliedOf({ A: zeros }, `z${nth}`),
    }))
    expect(unpackUndo(packUndo({ writes, restarts: [] }), fakeEffects().live)?.writes).toHaveLength(20)
  })

  it.each<[string, Uint8Array]>([
    ['no gzip', Buffer.from('[]')],
    [
      'cut',
      packUndo({
        writes: [updateOf(appliedOf({ A: Buffer.of(1) }), appliedOf({ A: Buffer.of(2) }))],
        restarts: [],
      }).subarray(0, -9),
    ],
    ['no JSON', gzipSync('{')],
    ['a former object without a name', gzipSync(JSON.stringify([{ live: { metadata: {} }, desired: {} }]))],
    ['a bomb', gzipSync(Buffer.alloc(64 * MIB, ' '))],
  ])('is nothing where it is %s', (_, bytes) => {
    expect(unpackUndo(bytes, fakeEffects().live)).toBeUndefined()
  })
})
