import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeSelfSigned, type Certificate as Pair } from '../../test/support/certificates.ts'
import { unseal } from '../../test/support/unseal.ts'
import { parseCertificate, type Certificate } from './certificate.ts'
import { labelOf, SCOPES } from './scope.ts'
import { RANDOM_BYTES, seal } from './seal.ts'

const PLACE = { namespace: 'aura', name: 'backend' }

describe('seal', () => {
  let pair: Pair
  let key: Certificate
  beforeAll(async () => {
    pair = await makeSelfSigned({ subject: { commonName: 'sealed-secrets' }, keyType: 'rsa' })
    key = parseCertificate(Buffer.from(pair.cert), { from: 'test', now: Date.now() })
  })

  it('makes what an independent implementation unseals to the same bytes, for every scope', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.constantFrom(...SCOPES), (value, scope) => {
        const label = labelOf(scope, PLACE)
        const sealed = seal(value, { key, label, random: randomBytes })
        expect(unseal(sealed, { key: pair.key, label }).equals(value)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('holds 700 KB', () => {
    const value = randomBytes(700_000)
    const sealed = seal(value, { key, label: '', random: randomBytes })
    expect(unseal(sealed, { key: pair.key, label: '' }).equals(value)).toBe(true)
  })

  it('fits keys whose length is no multiple of eight bits', async () => {
    const odd = await makeSelfSigned({ subject: { commonName: 'odd' }, keyType: 'rsa', bits: 1032 })
    const oddKey = parseCertificate(Buffer.from(odd.cert), { from: 'test', now: Date.now() })
    const sealed = seal(Buffer.from('x'), { key: oddKey, label: 'a', random: randomBytes })
    expect(unseal(sealed, { key: odd.key, label: 'a' }).toString()).toBe('x')
  })

  it('binds the value to its label', () => {
    const sealed = seal(Buffer.from('x'), { key, label: 'a/b', random: randomBytes })
    expect(() => unseal(sealed, { key: pair.key, label: 'a/c' })).toThrow()
  })

  it('takes all its randomness from its argument, and takes it anew for each value', () => {
    const asked: number[] = []
    const fixed = (size: number): Uint8Array => {
      asked.push(size)
      return new Uint8Array(size).fill(7)
    }
    const once = seal(Buffer.from('x'), { key, label: 'a', random: fixed })
    expect(seal(Buffer.from('x'), { key, label: 'a', random: fixed })).toBe(once)
    expect(asked).toEqual([RANDOM_BYTES, RANDOM_BYTES])
    expect(seal(Buffer.from('x'), { key, label: 'a', random: randomBytes })).not.toBe(once)
  })
})
