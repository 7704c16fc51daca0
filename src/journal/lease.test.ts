import { describe, expect, it } from 'vitest'
import type { Content, Entry, Journals } from './journals.ts'
import { createLease, type Lease } from './lease.ts'

const content: Content = {
  state: {
    phase: 'preparing',
    run: '0123456789abcdef',
    namespaces: ['a', 'b'],
    parts: [],
    obsolete: [],
    inventory: [],
    history: [],
  },
}

interface Desk {
  readonly lease: Lease
  /** `namespace:phase` of every write, in order. */
  readonly writes: string[]
  /** From now on somebody else has this namespace's journal. */
  readonly steal: (namespace: string) => void
  readonly clock: { now: number }
}

/** A lease over journals in memory, with a clock that stands still until it is moved. */
function desk(): Desk {
  const writes: string[] = []
  const stolen = new Set<string>()
  const clock = { now: 1_000_000 }
  const write: Journals['write'] = (namespace, { state, undo }) => {
    if (stolen.has(namespace)) return Promise.resolve(undefined)
    writes.push(`${namespace}:${state.phase}`)
    const stored = {
      namespace,
      name: 'j',
      uid: 'u',
      resourceVersion: String(writes.length),
      data: new Map(),
      writtenAt: undefined,
      answeredAt: undefined,
    }
    const entry: Entry = { state: { ...state, version: 1, write: String(writes.length) }, undo, stored }
    return Promise.resolve(entry)
  }
  const lease = createLease({ write } as Journals, { now: () => clock.now })
  return { lease, writes, clock, steal: (namespace) => stolen.add(namespace) }
}

describe('a lease', () => {
  it('holds what it took, in that order, and nothing that somebody else was first at', async () => {
    const { lease, steal } = desk()
    expect(await lease.take('a', content, undefined)).toBe(true)
    expect(await lease.take('b', content, undefined)).toBe(true)
    steal('c')
    expect(await lease.take('c', content, undefined)).toBe(false)
    expect(lease.namespaces).toEqual(['a', 'b'])
    expect(() => lease.entry('c')).toThrow('not held')
    lease.end()
  })

  it('writes all that it holds anew when it is renewed: what was sent before is out of date then', async () => {
    const { lease, writes } = desk()
    await lease.take('a', content, undefined)
    await lease.take('b', content, undefined)
    const before = lease.entry('a').stored.resourceVersion
    await lease.renew()
    expect(writes).toEqual(['a:preparing', 'b:preparing', 'a:preparing', 'b:preparing'])
    expect(lease.entry('a').stored.resourceVersion).not.toBe(before)
    lease.end()
  })

  it('lets nothing be written under an old lease before it was renewed', async () => {
    const { lease, writes, clock } = desk()
    await lease.take('a', content, undefined)
    clock.now += 19_999
    await lease.ensure()
    expect(writes).toHaveLength(1)
    clock.now += 1
    await lease.ensure()
    expect(writes).toHaveLength(2)
    await lease.ensure()
    expect(writes).toHaveLength(2)
    lease.end()
  })

  it('is lost for good once a journal was taken over', async () => {
    const { lease, steal, clock } = desk()
    await lease.take('a', content, undefined)
    steal('a')
    clock.now += 20_000
    await expect(lease.ensure()).rejects.toMatchObject({ code: 'LOCKED' })
    await expect(lease.ensure()).rejects.toMatchObject({ code: 'LOCKED' })
    await expect(lease.update(['a'], () => content)).rejects.toMatchObject({ code: 'LOCKED' })
    lease.end()
  })

  it('goes on with what follows after a write that failed', async () => {
    const { lease, writes } = desk()
    await lease.take('a', content, undefined)
    await expect(
      lease.update(['a'], () => {
        throw new Error('no such content')
      }),
    ).rejects.toThrow('no such content')
    await lease.update(['a'], ({ state, undo }) => ({ state: { ...state, phase: 'writing' }, undo }))
    expect(writes).toEqual(['a:preparing', 'a:writing'])
    lease.end()
  })
})
