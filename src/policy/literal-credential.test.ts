import { describe, expect, it } from 'vitest'
import { parseConfig } from '../config/load.ts'
import type { Values } from '../values/resolve.ts'
import { literalCredential } from './literal-credential.ts'

const none: Values = {
  of: () => ({ value: undefined, source: '', version: undefined, whenAbsent: 'keep' }),
  problems: [],
  notices: [],
}

function warningsOf(secret: string): readonly (readonly [string, number | undefined])[] {
  const text = `version: 1\nsecrets:\n  s:\n${secret}`
  const config = parseConfig(
    text,
    { environment: undefined, namespace: undefined, setFor: () => 's' },
    'f.yml',
  )
  const { problems, warnings } = literalCredential(config, none)
  expect(problems).toEqual([])
  return warnings.map(({ message, at }) => [message, at?.line])
}

/** Such texts are put together here, so that no scanner takes this file for a leak. */
const join = (...pieces: string[]): string => pieces.join('')
const long = 'A1b2'.repeat(10)

describe('a literal in the file', () => {
  it.each([
    ['a GitHub token', 'KEY', join('gh', 'p_', long)],
    ['a fine-grained GitHub token', 'KEY', join('github', '_pat_', long)],
    ['a GitLab token', 'KEY', join('gl', 'pat-', long)],
    ['a Slack token', 'KEY', join('xo', 'xb-', long)],
    ['an AWS key', 'KEY', join('AK', 'IA', long)],
    ['a Stripe key', 'KEY', join('sk_', 'live_', long)],
    ['a JSON web token', 'KEY', join('ey', 'J', long, '.', long)],
    ['a private key', 'KEY', join('-----BEGIN RSA ', 'PRIVATE KEY-----')],
    ['a password in a URL', 'KEY', 'postgres://u:s3cretpw@h/db'],
    ['a password in a URL beside a placeholder', 'KEY', 'postgres://u:s3cretpw@${env://HOST}/db'],
    ['a long text under a key named password', 'DB_PASSWORD', 'changeme-now'],
    ['a long text under a key named token', 'api-token', 'abcdefgh'],
    ['a long text under a key named secret', 'JWT_SECRET_KEY', '12345678'],
    ['a long text under a key named api key', 'QWEN_API_KEY', '12345678'],
  ])('looks like a credential: %s', (_, key, text) => {
    expect(warningsOf(`    data:\n      ${key}: '${text}'\n`)).toEqual([
      [`s/${key}: the text in the file looks like a credential`, 5],
    ])
  })

  it.each([
    ['a name', 'postgres-user', 'aura'],
    ['a short text', 'PASSWORD', 'x'],
    ['a placeholder', 'PASSWORD', '${env://PASSWORD}'],
    ['text around a placeholder', 'PASSWORD', 'prefix-${env://PASSWORD}'],
    ['a sentence', 'PASSWORD_HINT', 'ask the team for it'],
    ['a URL without one', 'URL', 'https://host:8443/a@b'],
    ['a URL with a placeholder for it', 'URL', 'postgres://u:${env://P|uri}@h/db'],
  ])('looks like none: %s', (_, key, text) => {
    expect(warningsOf(`    data:\n      ${key}: '${text}'\n`)).toEqual([])
  })

  it('is seen in helper fields and log-ins of registries too', () => {
    const basic = '    type: basic-auth\n    username: someone\n    password: written-here\n'
    expect(warningsOf(basic)).toEqual([['s/password: the text in the file looks like a credential', 6]])
    const registry =
      '    type: registry\n    registries:\n      r.example:\n        username: someone\n        password: written-here\n'
    expect(warningsOf(registry)).toEqual([
      ['s/r.example password: the text in the file looks like a credential', 8],
    ])
  })
})
