import fc from 'fast-check'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { plainSecret } from '../../test/support/plain-secret.ts'
import { checkDockerConfig } from './docker-config.ts'
import { NO_FINDINGS } from './finding.ts'
import { buildDockerConfig, type Login } from './registry.ts'

const login = (host: string, username = 'user', password = 'pass'): Login => ({
  host,
  username: plainSecret(username),
  password: plainSecret(password),
})

describe('buildDockerConfig', () => {
  test('merges several registries, by host, whatever their order', () => {
    const { secret } = fakeEffects()
    const logins = [login('https://ghcr.io/', 'octo', 'p1'), login('docker.io', 'whale', 'p:2')]
    const built = buildDockerConfig([...logins, login('a.example.com')], secret).reveal()
    expect(built).toBe(
      JSON.stringify({
        auths: {
          'a.example.com': { username: 'user', password: 'pass', auth: 'dXNlcjpwYXNz' },
          'ghcr.io': { username: 'octo', password: 'p1', auth: 'b2N0bzpwMQ==' },
          'https://index.docker.io/v1/': { username: 'whale', password: 'p:2', auth: 'd2hhbGU6cDoy' },
        },
      }),
    )
    expect(buildDockerConfig([login('a.example.com'), ...logins.toReversed()], secret).reveal()).toBe(built)
  })

  test('keeps an email, and JSON inside JSON', () => {
    const key = '{"type":"service_account","private_key":"-----BEGIN\\n"}'
    const gar = { ...login('europe-docker.pkg.dev', '_json_key', key), email: plainSecret('a@b.c') }
    const built = JSON.parse(buildDockerConfig([gar], fakeEffects().secret).reveal()) as unknown
    expect(built).toEqual({
      auths: {
        'europe-docker.pkg.dev': {
          username: '_json_key',
          password: key,
          email: 'a@b.c',
          auth: Buffer.from(`_json_key:${key}`).toString('base64'),
        },
      },
    })
  })

  test('masks the auth of each and the document', () => {
    const { secret, masked } = fakeEffects()
    const built = buildDockerConfig([login('ghcr.io')], secret)
    expect(masked.map(({ value }) => Buffer.from(value).toString())).toEqual(['dXNlcjpwYXNz', built.reveal()])
  })

  test.each<[string, Login[]]>([
    ['a host that is none', [login(''), login('a b')]],
    ['one registry twice', [login('docker.io'), login('https://index.docker.io/v1/')]],
    ['a colon in the user name', [login('ghcr.io', 'zq:zq')]],
    ['a password that is no text', [{ ...login('ghcr.io'), password: plainSecret(Uint8Array.of(0xff)) }]],
  ])('refuses %s', (_what, logins) => {
    try {
      buildDockerConfig(logins, fakeEffects().secret)
      expect.fail('it was built')
    } catch (error) {
      expect(error).toMatchObject({ code: 'MANIFEST_INVALID' })
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('zq')
    }
  })

  test('what is built has no findings', () => {
    const text = fc.string({ minLength: 1 })
    fc.assert(
      fc.property(
        text.filter((name) => !name.includes(':')),
        text.filter((word) => !word.endsWith('\0')),
        (name, word) => {
          const built = buildDockerConfig([login('ghcr.io', name, word)], fakeEffects().secret)
          expect(checkDockerConfig(built)).toEqual(NO_FINDINGS)
        },
      ),
    )
  })
})
