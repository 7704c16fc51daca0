import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mapConcurrently } from './concurrency.ts'

describe('mapConcurrently', () => {
  it('answers in the items’ order, with as many at work as the limit allows and no more', async () => {
    const delays = fc.array(fc.nat(5), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 1, max: 8 }), async (items, limit) => {
        let running = 0
        let peak = 0
        const results = await mapConcurrently(items, limit, async (turns) => {
          peak = Math.max(peak, ++running)
          for (let turn = 0; turn < turns; turn++) await Promise.resolve()
          await Promise.resolve()
          running--
          return turns * 2
        })
        expect(results).toEqual(items.map((turns) => turns * 2))
        expect(peak).toBe(Math.min(limit, items.length))
      }),
    )
  })

  it('rejects with the first error', async () => {
    const work = (item: number) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item))
    await expect(mapConcurrently([1, 2, 3], 1, work)).rejects.toThrow('two')
  })

  it('starts nothing more on a worker that failed', async () => {
    const started: number[] = []
    const failing = mapConcurrently([1, 2, 3], 1, (item) => {
      started.push(item)
      return Promise.reject(new Error('failed'))
    })
    await expect(failing).rejects.toThrow('failed')
    expect(started).toEqual([1])
  })
})
