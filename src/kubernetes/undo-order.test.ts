import { describe, expect, it } from 'vitest'
import { changeOf } from '../../test/support/outcome.ts'
import type { Undoable } from './attempt.ts'
import type { PutBack } from './consumers/restart.ts'
import { GENERATION_OF_ANNOTATION } from './set.ts'
import { goneOf, heldBy, inUndoOrder } from './undo-order.ts'

function generation(action: 'create' | 'update' | 'delete', name: string): Undoable {
  const change = changeOf(action, name, { A: 'a' })
  const annotations = { [GENERATION_OF_ANNOTATION]: 'web' }
  return { ...change, desired: { ...change.desired, annotations } }
}

const MADE = generation('create', 'web-new')
const { namespace } = MADE.desired

function putBack(fate: PutBack['fate'], to = 'web-new', where = namespace): PutBack {
  const pointing = { pointers: [{ place: 'volumes/v', from: 'web-old', to }], force: false }
  const workload = { kind: 'Deployment' as const, namespace: where, name: 'reader', uid: 'u' }
  return { fate, restart: { ...workload, annotation: 'a', value: 'v', former: undefined, pointing } }
}

describe('undoing', () => {
  it('takes a new name away last, and makes everything else again first', () => {
    const plain: Undoable = changeOf('create', 'plain', { A: 'a' })
    const [obsolete, kept] = [generation('delete', 'web-old'), generation('update', 'web-kept')]
    expect(inUndoOrder([MADE, plain, obsolete, kept])).toEqual([[plain, obsolete, kept], [MADE]])
  })

  it('holds a new name for the workloads that may have it yet, and for none else', () => {
    expect(heldBy(MADE, [putBack('stuck')])).toMatchObject({ fate: 'stuck', unfinished: true })
    expect(heldBy(MADE, [putBack('left')])).toEqual({
      fate: 'stuck',
      reason: 'a workload that was not put back may still use it',
    })
    for (const each of [
      putBack('back'),
      putBack('untouched'),
      putBack('stuck', 'other'),
      putBack('stuck', 'web-new', 'elsewhere'),
    ])
      expect(heldBy(MADE, [each])).toBeUndefined()
    expect(heldBy(generation('delete', 'web-new'), [putBack('stuck')])).toBeUndefined()
  })

  it('may be tried again for a workload that is stuck, whatever is left beside it', () => {
    expect(heldBy(MADE, [putBack('left'), putBack('stuck')])).toMatchObject({ unfinished: true })
  })

  it('tells which Secrets are not there again yet', () => {
    const ref = { namespace: 'app', name: 'web-old' }
    expect(goneOf([ref, { ...ref, name: 'other', unfinished: true }])).toEqual(new Set(['app/other']))
  })
})
