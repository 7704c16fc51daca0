import fc from 'fast-check'
import { checkManifest } from '../../src/manifests/check.ts'
import { Secret } from '../../src/secret.ts'
import { hostileText } from './hostile.ts'
import { PEMS } from './pem-texts.ts'
import { CANARY, type Target } from './target.ts'

const DOCKER = {
  auths: {
    'ghcr.io': { username: 'u', password: CANARY, auth: Buffer.from(`u:${CANARY}`).toString('base64') },
    'https://index.docker.io/v1/': { identitytoken: CANARY },
  },
}
const CORPUS = [
  ...PEMS,
  JSON.stringify(DOCKER),
  JSON.stringify(DOCKER, null, 2),
  Buffer.from(JSON.stringify(DOCKER)).toString('base64'),
  `${CANARY}\n`,
  `"${CANARY}"`,
  `https://u:${CANARY}@host/x`,
]
const SIGNS = [
  ...[
    '-----BEGIN CERTIFICATE-----\n',
    '-----END CERTIFICATE-----\n',
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----',
    '\n',
    '\r\n',
  ],
  ...[
    '"auths":',
    '"auth":',
    '"ghcr.io":',
    '{',
    '}',
    '"',
    ':',
    ',',
    '=',
    'ssh-ed25519 ',
    '\\n',
    'Proc-Type: 4,ENCRYPTED\n',
    'A',
  ],
]
const KEYS = [
  'tls.crt',
  'tls.key',
  '.dockerconfigjson',
  'ssh-privatekey',
  'username',
  'password',
  'KEY',
  '..',
  'a/b',
  '__proto__',
]
const TYPES = [
  'Opaque',
  'kubernetes.io/tls',
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/ssh-auth',
  'kubernetes.io/basic-auth',
  'x',
]

interface Input {
  readonly type: string
  readonly data: readonly (readonly [string, string])[]
  readonly bytes: boolean
  readonly name: string
}

/** What types of Secrets demand of their values: certificates, keys, log-ins of registries. */
export const manifests: Target<Input> = {
  name: 'manifests',
  inputs: fc.record({
    type: fc.constantFrom(...TYPES),
    data: fc.array(fc.tuple(fc.constantFrom(...KEYS), hostileText(CORPUS, SIGNS)), {
      minLength: 1,
      maxLength: 3,
      size: 'max',
    }),
    bytes: fc.boolean(),
    name: fc.constantFrom('web', 'web', 'Web', 'a b', '__proto__'),
  }),
  run({ type, data, bytes, name }) {
    const entries = data.map(([key, text]) => {
      const value = Secret.of(Buffer.from(text, bytes ? 'latin1' : 'utf8'), () => undefined)
      return [key, { value, source: 'env://A' }] as const
    })
    const manifest = {
      ...({ kind: 'Secret', namespace: 'aura', name, type, data: new Map(entries) } as const),
      ...{ labels: { a: 'b' }, annotations: { 'a/b': CANARY }, immutable: false, at: {} },
    }
    const { problems, warnings } = checkManifest(manifest, Date.UTC(2026, 0, 5))
    return [JSON.stringify(problems), JSON.stringify(warnings)]
  },
}
