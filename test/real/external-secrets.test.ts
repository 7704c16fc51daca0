import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../../src/config/load.ts'
import type { OperatorObject } from '../../src/external/manifest.ts'
import { renderExternal } from '../../src/external/render.ts'
import { useStage, type Held } from '../scenarios/stage.ts'
import { expectSuccess } from '../support/grants.ts'
import type { TestServer } from '../support/server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { connectReal } from './connect.ts'
import { startMoto, startOperator, teachOperator, type Operator } from './testbed/operator.ts'

const LIMIT_MS = 60_000

/** What goes wrong in templates, URLs, JSON and shells. */
const NASTY = [
  'p@ss w/rd&<x>',
  `quotes " ' \` and \\ back`,
  '{{ .other }} {{"{{"}} }} { {',
  '100% +plus ~tilde!*()',
  'line one\nline two\n',
  ' spaces around ',
  'ümläut 日本 😀 \u2028 \u2029',
  '$HOME ${HOME} $(id) #hash',
  '{"json":"text"}',
  'a\tb',
  'x'.repeat(4000),
]

const FILTERS = ['uri', 'base64', 'json', 'base64|uri', 'json|base64', 'uri|json']
const quoted = (text: string): string => JSON.stringify(text)

const DATA = [
  ...NASTY.flatMap((_, index) => [
    [`plain-${index}`, `\${v${index}}`],
    ...FILTERS.map((filter) => [`${filter.replace('|', '_')}-${index}`, `<\${v${index}|${filter}}>`]),
    [`joined-${index}`, `{{\${v${index}}}}{{{\${v0|uri}{`],
  ]),
  ['text', 'a {{ .x }} {{{ }} \\ " ` $${x}\n'],
  ['url', 'postgresql+psycopg://aura:${v0|uri}@postgres:5432/aura_db?x={{y}}'],
]

function configOf(deliver: 'apply' | 'external-secret', from: (index: number) => string): string {
  return [
    'version: 1',
    `deliver: ${deliver}`,
    'stores: { aws: { kind: aws-secrets-manager, region: eu-central-1 } }',
    'values:',
    ...NASTY.map((_, index) => `  v${index}: { from: ${quoted(from(index))} }`),
    'secrets:',
    '  nasty:',
    `    annotations: { note: ${quoted('{{ not a template }}')} }`,
    '    labels: { app: nasty }',
    '    data:',
    ...DATA.map(([key, template]) => `      ${quoted(key ?? '')}: ${quoted(template ?? '')}`),
    '  only-values:',
    '    immutable: true',
    '    data:',
    ...NASTY.map((_, index) => `      key.${index}: \${v${index}}`),
    '  pull:',
    '    type: registry',
    '    registries:',
    '      ghcr.io: { username: "octo{{", password: "${v1}" }',
    '      docker.io: { username: "${v0}", password: "a-${v6}{${v2|uri}", email: "x${v0}@y" }',
    '  login:',
    '    type: basic-auth',
    '    username: octo',
    '    password: ${v0}',
  ].join('\n')
}

function dotenvLine(name: string, value: string): string {
  const escaped = value
    .replace(/[\\"$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
  return `${name}="${escaped}"`
}

const DOTENV = NASTY.map((value, index) => dotenvLine(`V${index}`, value)).join('\n')

const CONFIG = '.github/secretferry.yml'
const PASSWORD = `p@ss w/rd&<x>#%{{ .x }}"\\'\u00fc\ud83d\ude00`

/** The examples that are delivered so in production: what AWS holds for them, and the store that is to be there. */
const EXAMPLES = {
  aura: {
    region: 'us-east-1',
    kind: 'ClusterSecretStore',
    held: {
      'jwt-key': ['aura/production/jwt', 'key', `0123456789abcdef0123456789abcdef${PASSWORD}`],
      'db-password': ['aura/production/postgres', 'password', PASSWORD],
      'redis-password': ['aura/production/redis', 'password', ` ${PASSWORD}\n`],
    },
    secrets: ['backend-secrets', 'postgres-secrets', 'redis-secrets'],
  },
  connectivity: {
    region: 'eu-central-1',
    kind: 'SecretStore',
    held: {
      username: ['connectivity/production/superuser', 'username', 'octo {{admin}}'],
      password: ['connectivity/production/superuser', 'password', PASSWORD],
      email: ['connectivity/production/superuser', 'email', 'a+b@example.com'],
    },
    secrets: ['connectivity-secrets'],
  },
} as const
type Example = keyof typeof EXAMPLES

function textOf(example: Example): string {
  return readFileSync(resolve(import.meta.dirname, '../../examples', example, CONFIG), 'utf8')
}

const stage = useStage(() => Promise.resolve(connectReal(inject('real'))))
let moto: Awaited<ReturnType<typeof startMoto>>
let operator: Operator
beforeAll(async () => {
  moto = await startMoto()
  operator = await startOperator(stage.server(), moto.url)
})
afterAll(async () => {
  await Promise.all([operator.stop(), moto.stop()])
})

describe('the operator makes the Secrets that writing them directly makes', () => {
  it(
    'with every nasty character, filter and type, from its own store',
    async () => {
      const [direct, operated] = [await stage.fresh(), await stage.fresh()]
      await fakeStore(
        stage.server(),
        operated,
        NASTY.map((value, index) => [`nasty/v${index}`, value]),
      )
      const ids = ['nasty', 'only-values', 'pull', 'login']
      const run = await stage.run(direct, {
        files: {
          '.github/secretferry.yml': configOf('apply', (index) => `dotenv://.env#V${index}`),
          '.env': DOTENV,
        },
      })
      expect(run.log).toContain('4 created')
      await give(
        stage.server(),
        operatedObjects(
          configOf('external-secret', (index) => `aws://nasty/v${index}`),
          operated,
        ),
      )
      for (const id of ids) {
        const [made, written] = [await synced(operated, id), await stage.held(direct, id)]
        expect(made.data).toEqual(written?.data)
        expect([made.type, made.immutable]).toEqual([written?.type, written?.immutable])
        expect(made.annotations['note']).toBe(written?.annotations['note'])
        expect(made.labels['app']).toBe(written?.labels['app'])
      }
    },
    LIMIT_MS * 2,
  )

  it.each<[Example, 'fake' | 'aws']>([
    ['aura', 'fake'],
    ['aura', 'aws'],
    ['connectivity', 'fake'],
    ['connectivity', 'aws'],
  ])(
    'of the example %s in production, from %s',
    async (example, provider) => {
      const [direct, operated] = [await stage.fresh(), await stage.fresh()]
      const { held, secrets, kind, region } = EXAMPLES[example]
      const objects = operatedObjects(textOf(example), operated, 'production')
      // The log-in that the example names is of a cluster in AWS.
      await giveStore(operated, { kind, provider: await providerOf(provider, operated, { held, region }) })
      await give(
        stage.server(),
        objects.filter((object) => object.kind === 'ExternalSecret'),
      )
      const files = { [CONFIG]: directConfig(example), '.env': dotenvOf(held) }
      const run = await stage.run(direct, { files, inputs: { environment: 'production' } })
      expect(run.exitCode, run.log).toBe(0)
      for (const id of secrets) {
        const [made, written] = [await synced(operated, id), await stage.held(direct, id)]
        expect(made.data).toEqual(written?.data)
        expect(made.type).toBe(written?.type)
      }
    },
    LIMIT_MS * 2,
  )

  it(
    'from AWS Secrets Manager and Parameter Store, by versions and properties, and pushes them back',
    async () => {
      const namespace = await stage.fresh()
      await seedAws(moto.url, namespace)
      await awsLogin(stage.server(), namespace)
      await give(stage.server(), operatedObjects(awsConfig(namespace), namespace))
      const made = await synced(namespace, 'from-aws')
      expect(made.data).toEqual({
        whole: '{"a.b":"dotted","a":{"b":["x","deep"]},"*@#":"odd","big":12345678901234567890}',
        DOTTED: 'dotted',
        DEEP: 'deep',
        ODD: 'odd',
        BIG: '12345678901234567890',
        PREVIOUS: 'first',
        PARAMETER: 'first-parameter',
        URL: 'x://dotted:second-parameter@h',
      })
      const pushed = await waitUntil('the operator to push', LIMIT_MS, () =>
        aws(moto.url, 'secretsmanager.GetSecretValue', { SecretId: `${namespace}/pushed` }).catch(
          () => undefined,
        ),
      )
      expect(JSON.parse(String(pushed['SecretString']))).toEqual({ value: 'deep' })
    },
    LIMIT_MS * 2,
  )

  it(
    'and takes over one that was written directly, and gives it back, as the same object all the while',
    async () => {
      const namespace = await stage.fresh()
      const values = [['k', 'p@ss'] as const]
      const config = (deliver: string, from: string) =>
        `version: 1\ndeliver: ${deliver}\nstores: { aws: { kind: aws-secrets-manager } }\nsecrets: { s: { data: { A: "\${${from}}", B: "x\${${from}|uri}" } } }\n`
      const env = { K: 'p@ss' }
      const files = { '.github/secretferry.yml': config('apply', 'env://K') }
      const run = await stage.run(namespace, { files, env })
      expect(run.log).toContain('1 created')
      const before = await stage.held(namespace, 's')
      await fakeStore(stage.server(), namespace, values)
      const handed = await stage.run(namespace, {
        files: { '.github/secretferry.yml': config('external-secret', 'aws://k') },
      })
      expect(handed.log).toContain('theirs for the taking')
      await give(stage.server(), operatedObjects(config('external-secret', 'aws://k'), namespace))
      await synced(namespace, 's')
      const after = await stage.held(namespace, 's')
      expect(after?.data).toEqual(before?.data)
      expect(after?.labels['reconcile.external-secrets.io/managed']).toBe('true')
      expect(uidOf(after)).toBe(uidOf(before))
      const refused = await stage.run(namespace, { files, env })
      expect(refused.outputs['error-code']).toBe('OWNED_BY_OTHER')
      await orphan(stage.server(), namespace, 's')
      const back = await stage.run(namespace, { files, env, inputs: { 'adopt-from': 'external-secrets' } })
      expect(back.exitCode, back.log).toBe(0)
      const own = await stage.held(namespace, 's')
      expect(own?.data).toEqual(before?.data)
      expect(uidOf(own)).toBe(uidOf(before))
    },
    LIMIT_MS * 2,
  )
})

describe('the objects are those of newer operators too', () => {
  it(
    'v1.3.2 accepts every one with strict validation',
    async () => {
      const namespace = await stage.fresh()
      const nasty = configOf('external-secret', (index) => `aws://nasty/v${index}`)
      await operator.stop()
      await teachOperator(stage.server(), 'v1.3.2')
      const objects = [
        ...[nasty, awsConfig(namespace), ALL_STORES].flatMap((text) => operatedObjects(text, namespace)),
        ...(['aura', 'connectivity'] as const).flatMap((example) =>
          operatedObjects(textOf(example), namespace, 'production'),
        ),
      ]
      expect(new Set(objects.map(({ kind }) => kind)).size).toBe(4)
      await give(stage.server(), objects, '&dryRun=All&force=true')
    },
    LIMIT_MS * 2,
  )
})

function uidOf(held: Held | undefined): unknown {
  return (held?.raw['metadata'] as { uid?: unknown } | undefined)?.uid
}

/** `kubectl delete externalsecret NAME --cascade=orphan`, and until the Secret is nobody's. */
async function orphan(server: TestServer, namespace: string, name: string): Promise<void> {
  const path = `/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets/${name}`
  expectSuccess(await server.request('DELETE', `${path}?propagationPolicy=Orphan`), `deleting ${name}`)
  await waitUntil(`${name} to be nobody's`, LIMIT_MS, async () => {
    const { status } = await server.request('GET', path)
    const held = await stage.held(namespace, name)
    const { ownerReferences = [] } = (held?.raw['metadata'] ?? {}) as { ownerReferences?: readonly unknown[] }
    return status === 404 && held !== undefined && ownerReferences.length === 0
  })
}

/** Every kind of store, rendered with every way to log in. */
const ALL_STORES = `version: 1
deliver: external-secret
stores:
  sm: { kind: aws-secrets-manager, region: eu-central-1, role: 'arn:aws:iam::1:role/r', external: { name: sm-c, kind: ClusterSecretStore, render: true, auth: { jwt: { serviceAccountRef: { name: sa, namespace: n, audiences: [a] } } } } }
  ssm: { kind: aws-ssm, region: eu-central-1, external: { render: true } }
  v1: { kind: vault, address: 'https://v', version: v1, external: { render: true, auth: { tokenSecretRef: { name: s, key: k } } } }
  v2: { kind: vault, address: 'https://v', mount: kv, namespace: n, external: { render: true, auth: { appRole: { path: approle, roleId: r, secretRef: { name: s, key: k } } } } }
  v3: { kind: vault, address: 'https://v', external: { render: true, auth: { kubernetes: { mountPath: kubernetes, role: r, serviceAccountRef: { name: sa } } } } }
  v4: { kind: vault, address: 'https://v', external: { render: true, auth: { jwt: { path: jwt, role: r, kubernetesServiceAccountToken: { serviceAccountRef: { name: sa }, audiences: [a], expirationSeconds: 600 } } } } }
  v5: { kind: vault, address: 'https://v', external: { render: true, auth: { ldap: { path: ldap, username: u, secretRef: { name: s, key: k } } } } }
  v6: { kind: vault, address: 'https://v', external: { render: true, auth: { userPass: { path: userpass, username: u, secretRef: { name: s, key: k } } } } }
  v7: { kind: vault, address: 'https://v', external: { render: true, auth: { cert: { clientCert: { name: s, key: c }, secretRef: { name: s, key: k } } } } }
  g1: { kind: google-secret-manager, project: p, location: l, external: { render: true, auth: { workloadIdentity: { serviceAccountRef: { name: sa }, clusterLocation: l, clusterName: c, clusterProjectID: p } } } }
  g2: { kind: google-secret-manager, project: p, external: { render: true, auth: { secretRef: { secretAccessKeySecretRef: { name: s, key: k } } } } }
  z1: { kind: azure-key-vault, vault-url: 'https://v', tenant: t, external: { render: true, auth: { authType: ServicePrincipal, authSecretRef: { clientId: { name: s, key: i }, clientSecret: { name: s, key: k } } } } }
  z2: { kind: azure-key-vault, vault-url: 'https://v', external: { render: true, auth: { authType: WorkloadIdentity, serviceAccountRef: { name: sa } } } }
secrets:
  all:
    external-secret: { refresh-interval: 10m, refresh-policy: OnChange, creation-policy: Merge, deletion-policy: Merge }
    data:
${['sm', 'ssm', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'g1', 'g2', 'z1', 'z2'].map((name) => `      ${name}: "\${${name}://k#p}"`).join('\n')}
`

function awsConfig(namespace: string): string {
  const auth =
    'auth: { secretRef: { accessKeyIDSecretRef: { name: aws-login, key: id }, secretAccessKeySecretRef: { name: aws-login, key: key } } }'
  return `version: 1
deliver: external-secret
stores:
  sm: { kind: aws-secrets-manager, region: eu-central-1, external: { render: true, ${auth} } }
  ssm: { kind: aws-ssm, region: eu-central-1, external: { render: true, ${auth} } }
secrets:
  from-aws:
    push: { DEEP: 'sm://${namespace}/pushed#value' }
    data:
      whole: \${sm://${namespace}/json}
      DOTTED: \${sm://${namespace}/json#a.b}
      DEEP: \${sm://${namespace}/json#/a/b/1}
      ODD: \${sm://${namespace}/json#*@%23}
      BIG: \${sm://${namespace}/json#big}
      PREVIOUS: \${sm://${namespace}/plain?stage=AWSPREVIOUS}
      PARAMETER: \${ssm:///${namespace}/parameter?version=1}
      URL: x://\${sm://${namespace}/json#a.b|uri}:\${ssm:///${namespace}/parameter|uri}@h
`
}

async function seedAws(url: string, namespace: string): Promise<void> {
  const json = '{"a.b":"dotted","a":{"b":["x","deep"]},"*@#":"odd","big":12345678901234567890}'
  await aws(url, 'secretsmanager.CreateSecret', { Name: `${namespace}/json`, SecretString: json })
  await aws(url, 'secretsmanager.CreateSecret', { Name: `${namespace}/plain`, SecretString: 'first' })
  await aws(url, 'secretsmanager.PutSecretValue', { SecretId: `${namespace}/plain`, SecretString: 'second' })
  const parameter = { Name: `/${namespace}/parameter`, Type: 'SecureString', Overwrite: true }
  await aws(url, 'AmazonSSM.PutParameter', { ...parameter, Value: 'first-parameter' })
  await aws(url, 'AmazonSSM.PutParameter', { ...parameter, Value: 'second-parameter' })
}

/** One call of AWS's own protocol; moto takes any signature. */
async function aws(
  url: string,
  target: string,
  body: object,
  region = 'eu-central-1',
): Promise<Readonly<Record<string, unknown>>> {
  const service = target.startsWith('Amazon') ? 'ssm' : 'secretsmanager'
  const credential = `test/20260101/${region}/${service}/aws4_request`
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Readonly<Record<string, unknown>>
}

async function awsLogin(server: TestServer, namespace: string): Promise<void> {
  const body = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'aws-login' },
    stringData: { id: 'test', key: 'test' },
  }
  expectSuccess(await server.request('POST', `/api/v1/namespaces/${namespace}/secrets`, body), 'the log-in')
}

type HeldValues = Readonly<Record<string, readonly [key: string, property: string, value: string]>>

/** What the store holds: an object by key. */
function byKey(held: HeldValues): readonly (readonly [string, string])[] {
  const keys = [...new Set(Object.values(held).map(([key]) => key))]
  return keys.map((key) => {
    const own = Object.values(held).filter(([other]) => other === key)
    return [key, JSON.stringify(Object.fromEntries(own.map(([, property, value]) => [property, value])))]
  })
}

async function providerOf(
  kind: 'fake' | 'aws',
  namespace: string,
  { held, region }: { held: HeldValues; region: string },
): Promise<object> {
  if (kind === 'fake') return { fake: { data: byKey(held).map(([key, value]) => ({ key, value })) } }
  for (const [Name, SecretString] of byKey(held))
    await aws(moto.url, 'secretsmanager.CreateSecret', { Name, SecretString }, region)
  await awsLogin(stage.server(), namespace)
  const login = (key: string): object => ({ name: 'aws-login', namespace, key })
  const secretRef = { accessKeyIDSecretRef: login('id'), secretAccessKeySecretRef: login('key') }
  return { aws: { service: 'SecretsManager', region, auth: { secretRef } } }
}

async function giveStore(
  namespace: string,
  { kind, provider }: { kind: 'SecretStore' | 'ClusterSecretStore'; provider: object },
): Promise<void> {
  const isOne = kind === 'SecretStore'
  const metadata = { name: 'aws', ...(isOne ? { namespace } : {}) }
  const body = { apiVersion: 'external-secrets.io/v1', kind, metadata, spec: { provider } }
  const place = isOne ? namespace : undefined
  const path = `/apis/external-secrets.io/v1${isOne ? `/namespaces/${namespace}` : ''}/${PLURALS[kind]}/aws`
  await stage.server().request('DELETE', path)
  await give(stage.server(), [{ kind, namespace: place, name: 'aws', body, sources: new Map() }])
}

/** The example with its values from a file, and written directly; what it restarts and checks is not there. */
function directConfig(example: Example): string {
  const config = parse(textOf(example)) as {
    values: Record<string, object>
    secrets: Record<string, { verify?: unknown }>
    environments: { production: { values: object } }
  }
  for (const secret of Object.values(config.secrets)) delete secret.verify
  const names = Object.keys(EXAMPLES[example].held)
  config.environments.production = {
    values: Object.fromEntries(names.map((name) => [name, { from: `dotenv://.env#${variableOf(name)}` }])),
  }
  return JSON.stringify(config)
}

function dotenvOf(held: HeldValues): string {
  return Object.entries(held)
    .map(([name, [, , value]]) => dotenvLine(variableOf(name), value))
    .join('\n')
}

function variableOf(name: string): string {
  return name.replaceAll('-', '_').toUpperCase()
}

function operatedObjects(text: string, namespace: string, environment?: string): readonly OperatorObject[] {
  const config = parseConfig(
    text,
    { environment, namespace, mode: 'render', setFor: () => 'test' },
    '.github/secretferry.yml',
  )
  const { objects, problems } = renderExternal(config, namespace)
  expect(problems).toEqual([])
  return objects
}

async function fakeStore(
  server: TestServer,
  namespace: string,
  data: readonly (readonly [string, string])[],
): Promise<void> {
  const body = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name: 'aws', namespace },
    spec: { provider: { fake: { data: data.map(([key, value]) => ({ key, value })) } } },
  }
  await give(server, [{ kind: 'SecretStore', namespace, name: 'aws', body, sources: new Map() }])
}

const PLURALS = {
  ExternalSecret: 'externalsecrets',
  SecretStore: 'secretstores',
  ClusterSecretStore: 'clustersecretstores',
  PushSecret: 'pushsecrets',
} as const

async function give(server: TestServer, objects: readonly OperatorObject[], query = ''): Promise<void> {
  for (const { kind, namespace, name, body } of objects) {
    const where = namespace === undefined ? '' : `/namespaces/${namespace}`
    const path = `/apis/${String(body['apiVersion'])}${where}/${PLURALS[kind]}/${name}`
    const asked = `?fieldManager=test&fieldValidation=Strict${query}`
    const answer = await server.request('PATCH', path + asked, yamlOf(body), 'application/apply-patch+yaml')
    expectSuccess(answer, `${kind} ${name}`)
  }
}

/** JSON that the API server's YAML parser takes for the same: to it, these are line ends. */
function yamlOf(body: unknown): string {
  return JSON.stringify(body).replace(
    /[\u0085\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The Secret that the operator made, once its ExternalSecret says so; its words where it says otherwise. */
async function synced(namespace: string, name: string): Promise<Held> {
  await waitUntil(`the operator to make ${namespace}/${name}`, LIMIT_MS, async () => {
    const path = `/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets/${name}`
    const { body } = (await stage.server().request('GET', path)) as {
      body: { status?: { conditions?: readonly { type: string; status: string }[] } }
    }
    return body.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
  })
  const held = await stage.held(namespace, name)
  if (held === undefined) throw new Error(`no Secret ${name}`)
  return held
}
