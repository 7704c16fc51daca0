import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../secret.ts'
import { fingerprintsOf, type Identity } from './fingerprint.ts'

const secret = (value: Uint8Array | string) => Secret.of(value, () => undefined)
const key = secret('k'.repeat(32))
const identity: Identity = { namespace: 'n', name: 's', key: 'k', scope: 'strict', certificate: 'c' }

describe('fingerprintsOf', () => {
  it('tells the same value from any other, and an honest change from an edit', () => {
    const { make, judge } = fingerprintsOf(key)
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.uint8Array(),
        fc.string(),
        fc.string(),
        (value, other, ciphertext, swapped) => {
          const fingerprint = make(identity, secret(value), ciphertext)
          expect(judge(identity, secret(value), { fingerprint, ciphertext })).toBe('same')
          const same = Buffer.from(value).equals(other)
          expect(judge(identity, secret(other), { fingerprint, ciphertext })).toBe(same ? 'same' : 'changed')
          if (swapped !== ciphertext)
            expect(judge(identity, secret(value), { fingerprint, ciphertext: swapped })).toBe('tampered')
        },
      ),
    )
  })

  it('depends on all of the identity', () => {
    const { make, judge } = fingerprintsOf(key)
    const fingerprint = make(identity, secret('v'), 'x')
    for (const field of Object.keys(identity)) {
      const told = judge({ ...identity, [field]: 'another' }, secret('v'), { fingerprint, ciphertext: 'x' })
      expect([field, told]).toEqual([field, 'tampered'])
    }
    expect(make({ ...identity, namespace: 'ns', name: '' }, secret('v'), 'x')).not.toBe(
      make({ ...identity, namespace: 'n', name: 's' }, secret('v'), 'x'),
    )
  })

  it.each(['', '.', 'a', 'a.b', '🙂.🙂', '..', `${'A'.repeat(22)}.${'A'.repeat(22)}`])(
    'takes %j for no fingerprint of its own',
    (fingerprint) => {
      expect(fingerprintsOf(key).judge(identity, secret('v'), { fingerprint, ciphertext: 'x' })).toBe(
        'tampered',
      )
    },
  )

  it('is of one line and of 128 bits twice, whatever the value', () => {
    const { make, id } = fingerprintsOf(key)
    expect(make(identity, secret('v'.repeat(100_000)), 'x')).toMatch(/^[\w-]{22}\.[\w-]{22}$/)
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(fingerprintsOf(secret('l'.repeat(32))).id).not.toBe(id)
  })

  it('tells nothing to who guesses a weak value ten thousand times, where a plain hash tells it at once', () => {
    const pin = '4711'
    const guesses = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0'))
    const fingerprint = fingerprintsOf(secret(randomBytes(32))).make(identity, secret(pin), 'x')
    const known = fingerprint.split('.')[0]
    const [empty, other] = [fingerprintsOf(secret('')), fingerprintsOf(key)]
    // All that an attacker can compute without the key: hashes, and HMACs under keys of their own.
    const attack = (guess: string): readonly string[] => [
      createHash('sha256').update(guess).digest('base64url').slice(0, 22),
      empty.make(identity, secret(guess), 'x').split('.')[0] ?? '',
      other.make(identity, secret(guess), 'x').split('.')[0] ?? '',
    ]
    expect(guesses.filter((guess) => attack(guess).includes(known ?? ''))).toEqual([])
    const plainHash = createHash('sha256').update(pin).digest('hex')
    const found = guesses.filter((guess) => createHash('sha256').update(guess).digest('hex') === plainHash)
    expect(found).toEqual([pin])
  })
})
