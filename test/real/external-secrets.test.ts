import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import type { OperatorObject } from '../../src/external/manifest.ts'
import { renderExternal } from '../../src/external/render.ts'
import { useStage, type Held } from '../scenarios/stage.ts'
import { expectSuccess } from '../support/grants.ts'
import type { TestServer } from '../support/server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { connectReal } from './connect.ts'
import { startMoto, startOperator, type Operator } from './testbed/operator.ts'

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

const DOTENV = NASTY.map((value, index) => {
  const escaped = value
    .replace(/[\\"$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
  return `V${index}="${escaped}"`
}).join('\n')

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
})

function operatedObjects(text: string, namespace: string): readonly OperatorObject[] {
  const config = parseConfig(
    text,
    { environment: undefined, namespace, mode: 'render', setFor: () => 'test' },
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
  await give(server, [{ kind: 'SecretStore', namespace, name: 'aws', body }])
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
