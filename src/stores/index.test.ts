import { expect, test } from 'vitest'
import { LATER_STORES, STORES } from './index.ts'

test('every kind opens without settings, and none is also one that is not available', () => {
  for (const [name, kind] of Object.entries(STORES)) {
    expect(kind.settings.safeParse({}).success, name).toBe(true)
    expect(LATER_STORES).not.toContain(name)
  }
})
