import { dotenv } from '../../src/stores/dotenv.ts'
import { env } from '../../src/stores/env.ts'
import { file } from '../../src/stores/file.ts'
import { parseGithubSecrets } from '../../src/stores/github-secrets.ts'
import { github } from '../../src/stores/github.ts'
import { kubernetes } from '../../src/stores/kubernetes.ts'
import type { StoreContext, StoreKind } from '../../src/stores/store.ts'
import { fakeEffects } from '../support/effects.ts'
import { memoryFiles } from '../support/memory-files.ts'
import { secretsCluster, type Contents } from '../support/secrets-cluster.ts'
import { storeContext } from '../support/store-context.ts'
import { storeContract, type Opened, type Seed } from './store.ts'

/** The store of a kind without settings, in this context. */
function opened(kind: StoreKind, context: ReturnType<typeof storeContext>, at: Opened['at']): Opened {
  return { store: kind.open(kind.settings.parse({}), context), at, masked: context.masked }
}

const keyed: Opened['at'] = (name) => ({ key: name })

const inEnvironment = (kind: StoreKind) => (seed: Seed) =>
  opened(kind, storeContext({ env: texts(seed) }), keyed)

function texts(seed: Seed): Record<string, string> {
  return Object.fromEntries(
    Object.entries(seed).map(([name, value]) => [name, Buffer.from(value).toString()]),
  )
}

storeContract('env', inEnvironment(env), {
  binary: false,
  failures: ['ACTIONS_RUNTIME_TOKEN', 'INPUT_KUBECONFIG', 'RUNNER_TEMP', 'actions_id_token'].map((name) => ({
    what: `a variable of the runner's, ${name}`,
    code: 'STORE_DENIED',
    read: (canary) => inEnvironment(env)({ [name]: canary }).store.read({ key: name }),
  })),
})

const fromFile = (files: Seed, key = 'secret.txt') =>
  opened(file, storeContext({ files: memoryFiles(files) }), keyed).store.read({ key })

storeContract('file', (seed) => opened(file, storeContext({ files: memoryFiles(seed) }), keyed), {
  binary: true,
  failures: [
    {
      what: 'a file outside the workspace',
      code: 'STORE_DENIED',
      read: (canary) => fromFile({ '../secret.txt': canary }, '../secret.txt'),
    },
    {
      what: 'a file larger than any Secret',
      code: 'STORE_DENIED',
      read: (canary) => fromFile({ 'secret.txt': canary.repeat(100_000) }),
    },
  ],
})

const inDotenv = (content: Uint8Array | string): Opened =>
  opened(dotenv, storeContext({ files: memoryFiles({ '.env': content }) }), (name) => ({
    key: '.env',
    property: name,
  }))

function dotenvOf(seed: Seed): string {
  const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  const quote = (value: string) => value.replace(/[\n\r\t"\\$]/g, (char) => escapes[char] ?? `\\${char}`)
  return Object.entries(texts(seed))
    .map(([name, value]) => `${name}="${quote(value)}"\n`)
    .join('')
}

const brokenDotenv = {
  'a line that is no assignment': (canary: string) => `A=1\n${canary}\n`,
  'a quote that is never closed': (canary: string) => `A="${canary.replaceAll('"', '')}\n`,
  'text after a quote': (canary: string) => `A='x'${canary}\n`,
  'an unknown escape': (canary: string) => `A="\\q${canary.replaceAll('"', '')}"\n`,
  'a control character': (canary: string) => `A=\u0001${canary}\n`,
  'a variable set twice': (canary: string) => `A=${canary}\nA=${canary}\n`,
  'bytes that are not UTF-8': (canary: string) =>
    Buffer.concat([Buffer.from(`A=${canary}`), Buffer.of(0xff)]),
}

storeContract('dotenv', (seed) => inDotenv(dotenvOf(seed)), {
  binary: false,
  failures: [
    ...Object.entries(brokenDotenv).map(([what, content]) => ({
      what,
      code: 'VALUE_INVALID' as const,
      read: (canary: string) => inDotenv(content(canary)).store.read({ key: '.env', property: 'A' }),
    })),
    {
      what: 'a reference without a variable',
      code: 'VALUE_INVALID',
      read: (canary) => inDotenv(`A=${canary}`).store.read({ key: '.env' }),
    },
    {
      what: 'a file that is not there',
      code: 'STORE_UNREACHABLE',
      read: () => inDotenv('').store.read({ key: 'other.env', property: 'A' }),
    },
    {
      what: 'a file outside the workspace',
      code: 'STORE_DENIED',
      read: (canary) => inDotenv(`A=${canary}`).store.read({ key: '../.env', property: 'A' }),
    },
  ],
})

storeContract('github, from the environment', inEnvironment(github), {
  binary: false,
  failures: [
    ...['ACTIONS_RUNTIME_TOKEN', 'RUNNER_TEMP', 'INPUT_CONFIG', 'GITHUB_TOKEN'].map((name) => ({
      what: `a variable of the runner's, ${name}`,
      code: 'STORE_DENIED' as const,
      read: (canary: string) => inEnvironment(github)({ [name]: canary }).store.read({ key: name }),
    })),
    {
      what: 'two variables that differ in case only',
      code: 'VALUE_INVALID',
      read: (canary) => inEnvironment(github)({ Token: canary, TOKEN: canary }).store.read({ key: 'TOKEN' }),
    },
  ],
})

function inGithubSecrets(seed: Seed): Opened {
  const effects = fakeEffects()
  const githubSecrets = parseGithubSecrets(JSON.stringify(texts(seed)), effects.secret)
  const context = storeContext({ githubSecrets })
  return { ...opened(github, context, keyed), masked: effects.masked }
}

storeContract('github, from github-secrets', inGithubSecrets, {
  binary: false,
  failures: [
    {
      what: 'the token of the job',
      code: 'STORE_DENIED',
      read: (canary) => inGithubSecrets({ github_token: canary }).store.read({ key: 'github_token' }),
    },
  ],
})

function inCluster(seed: Seed, overrides: Partial<StoreContext> = {}): Opened {
  const effects = fakeEffects()
  const contents: Contents = { 'aura/backend': seed }
  const cluster = secretsCluster(contents, { secret: effects.secret })
  const context = storeContext({ cluster: () => Promise.resolve(cluster), ...overrides })
  const at: Opened['at'] = (property) => ({ key: 'aura/backend', property })
  return { ...opened(kubernetes, context, at), masked: effects.masked }
}

const forbidden = (canary: string) =>
  secretsCluster({ 'aura/backend': { A: canary } }, { secret: fakeEffects().secret, forbidden: true })

storeContract('kubernetes', inCluster, {
  binary: true,
  failures: [
    {
      what: 'a reference without a key of the Secret',
      code: 'VALUE_INVALID',
      read: (canary) => inCluster({ A: canary }).store.read({ key: 'aura/backend' }),
    },
    {
      what: 'a Secret that may not be read',
      code: 'STORE_DENIED',
      read: (canary) =>
        inCluster({}, { cluster: () => Promise.resolve(forbidden(canary)) }).store.read({
          key: 'aura/backend',
          property: 'A',
        }),
    },
    ...['a/b/c', '../backend', 'aura/', 'aura/Backend', 'aura/%2e%2e'].map((key) => ({
      what: `a key that names no Secret, ${key}`,
      code: 'VALUE_INVALID' as const,
      read: (canary: string) => inCluster({ A: canary }).store.read({ key, property: 'A' }),
    })),
  ],
})
