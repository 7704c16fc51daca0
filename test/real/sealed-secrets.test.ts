import { execFile } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { parseCertificate, type Certificate } from '../../src/seal/certificate.ts'
import { lintSealed } from '../../src/seal/lint.ts'
import { SCOPES, scopeAnnotations, type Scope } from '../../src/seal/scope.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import { handOverScenarios } from '../scenarios/hand-over.ts'
import { CERTIFICATE, renderConfig, renderedOf, runRender } from '../scenarios/render-arrangement.ts'
import { useStage } from '../scenarios/stage.ts'
import { BUNDLED_ACTION } from '../support/bundle-action.ts'
import { makeSelfSigned } from '../support/certificates.ts'
import { expectSuccess } from '../support/grants.ts'
import type { ActionRun } from '../support/run-action.ts'
import { waitUntil } from '../support/wait-until.ts'
import { connectReal } from './connect.ts'
import { startSealedSecrets, type SealedSecrets } from './testbed/sealed-secrets.ts'
import { toolPath } from './testbed/tools.ts'

const LIMIT_MS = 60_000
const EXAMPLES = resolve(import.meta.dirname, '../../examples')
const MANIFEST_SERVICE = 'http:sealed-secrets-controller:'
/** Secrets of random content in a run, and the most keys of one. */
const RANDOM = 220
const MOST_KEYS = 4

interface Value {
  readonly bytes: Uint8Array
}

/** A Secret to be sealed: what is declared of it, and what has to come out. */
interface Case {
  readonly id: string
  readonly declared: Readonly<Record<string, unknown>>
  readonly type: string
  readonly data: Readonly<Record<string, Uint8Array>>
}

const stage = useStage(() => Promise.resolve(connectReal(inject('real'))))
let controller: SealedSecrets
let sealedFor: Certificate
let proxy: FaultProxy
beforeAll(async () => {
  controller = await startSealedSecrets(stage.server())
  sealedFor = parseCertificate(Buffer.from(controller.certificate), { from: 'test', now: Date.now() })
  proxy = await startFaultProxy(stage.server())
  routeTo(MANIFEST_SERVICE)
})
afterAll(async () => {
  await Promise.all([controller.stop(), proxy.stop()])
})

/** The API server's own proxy refuses Services on the loopback: what is asked of this one goes to the controller. */
function routeTo(service: string): void {
  const at = `/api/v1/namespaces/kube-system/services/${service}/proxy/`
  const ask = async ({ method, path, body }: { method: string; path: string; body: () => string }) => {
    const answer = await fetch(`${controller.url}/${path.slice(at.length)}`, {
      method,
      ...(method === 'POST' ? { body: body() } : {}),
    })
    return { status: answer.status, body: await answer.text() }
  }
  proxy.set([{ when: ({ path }) => path.startsWith(at), fault: { kind: 'elsewhere', ask } }])
}

describe('what is sealed here, the controller unseals to the same bytes', () => {
  it(
    `${RANDOM} random Secrets: every scope, type and key character, bytes of any kind`,
    async () => {
      const cases = randomCases()
      const { namespace, run } = await sealed(cases)
      await give(run, cases)
      await expectUnsealed(namespace, cases)
    },
    LIMIT_MS * 3,
  )

  it(
    'every type that has rules of its own, sizes from nothing to 700 KB, every key character, bytes and Unicode',
    async () => {
      const cases = await fixedCases()
      const { namespace, run } = await sealed(cases)
      await give(run, cases)
      await expectUnsealed(namespace, cases)
      for (const { id } of cases) expect(lintSealed(renderedOf(run, id), sealedFor)).toEqual([])
    },
    LIMIT_MS * 2,
  )

  it(
    'and only where the scope lets it',
    async () => {
      const cases = SCOPES.map((scope) => caseOf(scope, { bytes: Buffer.from('x') }, scope))
      const { namespace, run } = await sealed(cases)
      const elsewhere = await stage.fresh()
      const tried = await Promise.all(
        SCOPES.flatMap((scope) =>
          [
            { namespace, name: scope },
            { namespace, name: `${scope}-moved` },
            { namespace: elsewhere, name: scope },
          ].map(async (place) => {
            await giveText(moved(renderedOf(run, scope), place))
            return { scope, unsealed: await verdict(place.namespace, place.name) }
          }),
        ),
      )
      const of = (scope: Scope) =>
        tried.filter((each) => each.scope === scope).map(({ unsealed }) => unsealed)
      expect(of('strict')).toEqual([true, false, false])
      expect(of('namespace-wide')).toEqual([true, true, false])
      expect(of('cluster-wide')).toEqual([true, true, true])
    },
    LIMIT_MS,
  )

  it('kubeseal unseals it with the controller’s key alone', async () => {
    const cases = [caseOf('offline', { bytes: randomBytes(1000) }, 'strict')]
    const { run } = await sealed(cases)
    const key = inFolder({ 'key.pem': controller.privateKey })
    try {
      const text = await kubeseal(
        ['--recovery-unseal', `--recovery-private-key=${join(key, 'key.pem')}`, '-o', 'json'],
        renderedOf(run, 'offline'),
      )
      const { data } = JSON.parse(text) as { data: Record<string, string> }
      expect(Buffer.from(data['K'] ?? '', 'base64').equals(cases[0]?.data['K'] ?? Buffer.alloc(0))).toBe(true)
    } finally {
      rmSync(key, { recursive: true })
    }
  })
})

describe('what kubeseal seals', () => {
  it.each(SCOPES)('is clean to the lint: %s', async (scope) => {
    const folder = inFolder({ 'cert.pem': controller.certificate })
    try {
      const secret = JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's', namespace: 'n', labels: { a: 'b' }, annotations: { note: 'x' } },
        type: 'kubernetes.io/basic-auth',
        stringData: { username: 'u', password: 'p', 'k-._K0': '' },
      })
      const args = [`--cert=${join(folder, 'cert.pem')}`, `--scope=${scope}`]
      for (const format of ['yaml', 'json']) {
        const text = await kubeseal([...args, '-o', format], secret)
        expect(lintSealed(text, sealedFor)).toEqual([])
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('verify-sealed, with the controller', () => {
  const run = (certificate: string, inputs: Record<string, string> = {}) =>
    runRender({
      files: {
        ...renderConfig({ one: { data: { A: '${env://A}' } }, two: { data: { A: '${env://A}' } } }),
        [CERTIFICATE]: certificate,
      },
      env: { A: 'a-value-of-the-tests' },
      inputs: { kubeconfig: proxy.kubeconfig(stage.server().admin), 'verify-sealed': 'true', ...inputs },
    })

  it('says yes of what is sealed for it, fetched from it or not', async () => {
    const done = await run(controller.certificate)
    expect(done.exitCode, done.log).toBe(0)
    expect(done.log).toContain('The controller unseals all 2 SealedSecrets that were rendered')
    expect(done.log).not.toContain('not the controller’s newest')
    const fetched = await run('', { certificate: 'controller' })
    expect(fetched.exitCode, fetched.log).toBe(0)
  })

  it('is found by the name that its Helm chart gives it', async () => {
    routeTo('http:sealed-secrets:http')
    const done = await run('', { certificate: 'controller' })
    routeTo(MANIFEST_SERVICE)
    expect(done.exitCode, done.log).toBe(0)
  })

  it('says no of what is sealed for another', async () => {
    const { cert } = await makeSelfSigned({ subject: { commonName: 'another' }, keyType: 'rsa' })
    const done = await run(cert)
    expect(done.outputs['error-code'], done.log).toBe('SEALED_INVALID')
    expect(done.log).toContain('k8s/overlays/staging/one.yaml: the controller can’t unseal it')
    expect(renderedOf(done, 'one')).toBe('')
  })
})

describe('the examples', () => {
  it(
    'aura: staging becomes the Secrets that writing them directly makes',
    async () => {
      const [direct, namespace] = [await stage.fresh(), await stage.fresh()]
      const file = '.github/secretferry.yml'
      const text = readFileSync(join(EXAMPLES, 'aura', file), 'utf8')
      const env = {
        JWT_SECRET_KEY: '0123456789abcdef0123456789abcdef',
        DB_PASSWORD: 'p@ss/w:rd#%&?{{.x}}',
        REDIS_PASSWORD: 'r edis+',
        FINGERPRINT_KEY: randomBytes(32).toString('hex'),
      }
      const inputs = { environment: 'staging', namespace }
      const files = { [file]: text, 'k8s/sealed-secrets.pem': controller.certificate }
      const run = await runRender({ files, env, inputs: { ...inputs, 'fingerprint-key': '' } })
      expect(run.exitCode, run.log).toBe(0)
      const applied = await stage.run(direct, {
        files: { [file]: text.replace('deliver: sealed-secret', 'deliver: apply') },
        env,
        inputs: { environment: 'staging' },
      })
      expect(applied.exitCode, applied.log).toBe(0)
      for (const id of ['backend-secrets', 'postgres-secrets', 'redis-secrets']) {
        await giveText(renderedOf(run, id))
        expect(await verdict(namespace, id)).toBe(true)
        const [made, written] = [await stage.held(namespace, id), await stage.held(direct, id)]
        expect(made?.data).toEqual(written?.data)
        expect(made?.type).toBe(written?.type)
      }
    },
    LIMIT_MS,
  )
})

handOverScenarios('the real kube-apiserver, with the controller beside it', () =>
  Promise.resolve(connectReal(inject('real'))),
)

describe('handing over to the controller', () => {
  it(
    'a Secret that was written directly, and back, is the same object with every key all the while',
    async () => {
      const namespace = await stage.fresh()
      const config = (deliver: string) =>
        renderConfig(
          { s: { data: { A: '${env://A}', B: 'text' } } },
          { deliver, namespace, set: 'test/hand' },
        )
      const env = { A: 'p@ss' }
      const first = await stage.run(namespace, { files: config('apply'), env })
      expect(first.exitCode, first.log).toBe(0)
      const before = await stage.held(namespace, 's')
      const run = await runRender({
        files: { ...config('sealed-secret'), [CERTIFICATE]: controller.certificate },
        env,
      })
      await giveText(renderedOf(run, 's'))
      expect(await verdict(namespace, 's'), 'the controller takes nothing that it was not given').toBe(false)
      const handed = await stage.run(namespace, { files: config('sealed-secret'), env })
      expect(handed.log).toContain('marked as theirs for the taking')
      // It looks again when the sealed object is changed.
      await giveText(renderedOf(run, 's').replace('spec:', 'spec: # again\n'), { again: true })
      expect(await verdict(namespace, 's')).toBe(true)
      const after = await stage.held(namespace, 's')
      expect(after?.data).toEqual(before?.data)
      expect(uidOf(after?.raw)).toBe(uidOf(before?.raw))
      const refused = await stage.run(namespace, { files: config('apply'), env })
      expect(refused.outputs['error-code'], refused.log).toBe('OWNED_BY_OTHER')
      await orphan(namespace, 's')
      const back = await stage.run(namespace, {
        files: config('apply'),
        env,
        inputs: { 'adopt-from': 'sealed-secrets' },
      })
      expect(back.exitCode, back.log).toBe(0)
      const own = await stage.held(namespace, 's')
      expect(own?.data).toEqual(before?.data)
      expect(uidOf(own?.raw)).toBe(uidOf(before?.raw))
    },
    LIMIT_MS * 2,
  )
})

describe('the walk-through of docs/gitops.md', () => {
  it(
    'leads to the Secrets in the cluster, and changes two lines of Git for one value',
    async () => {
      const service = { metadata: { name: 'sealed-secrets-controller' }, spec: { ports: [{ port: 8080 }] } }
      expectSuccess(
        await stage.server().request('POST', '/api/v1/namespaces/kube-system/services', service),
        'it',
      )
      const folder = inFolder({ kubeconfig: proxy.kubeconfig(stage.server().admin) })
      try {
        const said = await walkThrough(folder)
        expect(said).toContain('The controller unseals all 3 SealedSecrets that were rendered')
        expect(said).toMatch(/k8s\/overlays\/staging\/backend-secrets\.yaml \| 4 \+\+--\n 1 file changed/)
        const [names, jwt] = said.slice(said.indexOf('IN THE END\n')).split('\n').slice(1)
        expect(names).toBe('backend-secrets,postgres-secrets,redis-secrets')
        const held = () => stage.held('aura-staging', 'backend-secrets').then((secret) => secret?.data)
        await waitUntil(
          'the last value to arrive',
          LIMIT_MS,
          async () => (await held())?.['JWT_SECRET_KEY'] === jwt,
        )
        expect(Object.keys((await held()) ?? {})).toEqual(['JWT_SECRET_KEY', 'POSTGRES_DB_URI', 'REDIS_URL'])
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
    LIMIT_MS * 2,
  )
})

/** Every command of the page's section, in one shell, in a repository of the example. What it all said. */
async function walkThrough(folder: string): Promise<string> {
  const page = readFileSync(resolve(EXAMPLES, '../docs/gitops.md'), 'utf8')
  const section = page.slice(page.indexOf('\n## A walk-through\n')).split(/\n## /)[1] ?? ''
  const commands = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  expect(commands).toHaveLength(4)
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const tool of ['kubeseal', 'kubectl'] as const) symlinkSync(await toolPath(tool), join(bin, tool))
  const npx = `#!/bin/sh\n[ "$1" = secretferry ] && shift && exec "${process.execPath}" "${BUNDLED_ACTION}" "$@"\n`
  writeFileSync(join(bin, 'npx'), npx, { mode: 0o755 })
  cpSync(join(EXAMPLES, 'aura'), join(folder, 'aura'), { recursive: true })
  const script = [
    'set -euo pipefail; exec 2>&1; git init -q; git add -A; git commit -qm "The example"',
    ...commands,
    'echo IN THE END; kubectl get secrets -n aura-staging -o jsonpath="{.items[*].metadata.name}" | tr " " ,; echo; echo "$JWT_SECRET_KEY"',
  ]
  const env = {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: folder,
    KUBECONFIG: join(folder, 'kubeconfig'),
    GIT_AUTHOR_NAME: 'aura',
    GIT_AUTHOR_EMAIL: 'aura@example.com',
    GIT_COMMITTER_NAME: 'aura',
    GIT_COMMITTER_EMAIL: 'aura@example.com',
  }
  return execute('bash', ['-c', script.join('\n')], { cwd: join(folder, 'aura'), env })
}

/** All that a data key may be made of. */
const KEY = fc
  .string({ unit: fc.constantFrom(...Array.from('abcXYZ019-._')), minLength: 1, maxLength: 40 })
  .filter((key) => !key.startsWith('..') && key !== '.')
const VALUE = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 100 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom('', '\0', '\n', '{{ .A }}', '${x}', '"', ' ', 'true', '0123', '\ufeffx', '😀')
    .map((text) => Buffer.from(text)),
)
const DECLARATION = fc.record({
  scope: fc.constantFrom(...SCOPES),
  type: fc.constantFrom('Opaque', 'example.com/own', 'example.com/Other.Type'),
  immutable: fc.boolean(),
  labels: fc.constantFrom({}, { app: 'x' }),
  annotations: fc.dictionary(fc.constantFrom('a', 'example.com/b'), fc.string({ unit: 'grapheme' })),
  data: fc.dictionary(KEY, VALUE, { minKeys: 1, maxKeys: MOST_KEYS }),
})

function randomCases(): readonly Case[] {
  return fc.sample(DECLARATION, RANDOM).map(({ data, type, ...declared }, index) => {
    const id = `random-${index}`
    return { id, declared: { ...declared, type, data: filesOf(id, data), 'allow-empty': true }, type, data }
  })
}

function caseOf(id: string, { bytes }: Value, scope: Scope): Case {
  return {
    id,
    declared: { scope, data: filesOf(id, { K: bytes }), 'allow-empty': true },
    type: 'Opaque',
    data: { K: bytes },
  }
}

/** References to the files that hold the values: any bytes can be in them. */
function filesOf(id: string, data: Readonly<Record<string, Uint8Array>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(data).map((key, index) => [key, `\${file://values/${id}/${index}}`]))
}

async function fixedCases(): Promise<readonly Case[]> {
  const { cert, key } = await makeSelfSigned({ subject: { commonName: 'web' } })
  const ssh = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  const text = (value: string | Buffer): Uint8Array => Buffer.from(value)
  const login = { username: text('octo'), password: text('p@ss "w\\rd') }
  const docker = {
    auths: { 'ghcr.io': { username: 'u', password: 'p', auth: Buffer.from('u:p').toString('base64') } },
  }
  const sizes = [0, 1, 15, 16, 17, 4095, 4096, 65_535, 700_000].map((size) =>
    caseOf(`size-${size}`, { bytes: randomBytes(size) }, 'strict'),
  )
  const typed = (id: string, type: string, data: Case['data'], scope: Scope): Case => ({
    id,
    declared: { type, scope, data: filesOf(id, data), 'allow-empty': true },
    type,
    data,
  })
  const keys = [
    ...Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
    '-',
    '_',
    '.x',
    'x.y',
    'k'.repeat(253),
  ]
  return [
    ...sizes,
    typed('keys', 'Opaque', Object.fromEntries(keys.map((name) => [name, text(name)])), 'cluster-wide'),
    typed('every-byte', 'Opaque', { K: Uint8Array.from({ length: 256 }, (_, byte) => byte) }, 'strict'),
    typed('unicode', 'Opaque', { K: text('ümläut 日本 😀 \u2028 \u2029 \u0000 \ufeff e\u0301') }, 'strict'),
    typed('tls', 'kubernetes.io/tls', { 'tls.crt': text(cert), 'tls.key': text(key) }, 'strict'),
    typed('login', 'kubernetes.io/basic-auth', login, 'namespace-wide'),
    typed('ssh', 'kubernetes.io/ssh-auth', { 'ssh-privatekey': text(ssh) }, 'cluster-wide'),
    typed(
      'pull',
      'kubernetes.io/dockerconfigjson',
      { '.dockerconfigjson': text(JSON.stringify(docker)) },
      'strict',
    ),
  ]
}

/** One render of all of them, for a namespace that nobody has used. */
async function sealed(cases: readonly Case[]): Promise<{ namespace: string; run: ActionRun }> {
  const namespace = await stage.fresh()
  const secrets = Object.fromEntries(cases.map(({ id, declared }) => [id, declared]))
  const values = cases.flatMap(({ id, data }) =>
    Object.values(data).map((bytes, index) => [`values/${id}/${index}`, bytes] as const),
  )
  const run = await runRender({
    files: {
      ...renderConfig(secrets, { namespace }),
      [CERTIFICATE]: controller.certificate,
      ...Object.fromEntries(values),
    },
  })
  expect(run.exitCode, run.log).toBe(0)
  return { namespace, run }
}

async function give(run: ActionRun, cases: readonly Case[]): Promise<void> {
  for (const { id } of cases) await giveText(renderedOf(run, id))
}

/** `kubectl apply` of a file; `again` with something of its spec changed that means nothing. */
async function giveText(text: string, { again = false } = {}): Promise<void> {
  const object = parse(text) as { metadata: { namespace: string; name: string }; spec: { template: object } }
  if (again)
    object.spec.template = {
      ...object.spec.template,
      metadata: { ...(object.spec.template as { metadata: object }).metadata, labels: { again: 'true' } },
    }
  const { namespace, name } = object.metadata
  const path = `${sealedPath(namespace, name)}?fieldManager=test&fieldValidation=Strict&force=true`
  const body = JSON.stringify(object)
  expectSuccess(await stage.server().request('PATCH', path, body, 'application/apply-patch+yaml'), path)
}

function sealedPath(namespace: string, name: string): string {
  return `/apis/bitnami.com/v1alpha1/namespaces/${namespace}/sealedsecrets/${name}`
}

interface SealedObject {
  readonly metadata: { readonly generation: number }
  readonly status?: {
    readonly observedGeneration?: number
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly message?: string
    }[]
  }
}

/** Whether the controller has unsealed it, once it says so of what it was given last. */
function verdict(namespace: string, name: string): Promise<boolean> {
  return waitUntil(`the controller to judge ${namespace}/${name}`, LIMIT_MS, async () => {
    const { body } = (await stage.server().request('GET', sealedPath(namespace, name))) as {
      body: SealedObject
    }
    const { metadata, status } = body
    if (status?.observedGeneration !== metadata.generation) return undefined
    const condition = status.conditions?.find(({ type }) => type === 'Synced')
    return condition === undefined ? undefined : { unsealed: condition.status === 'True' }
  }).then(({ unsealed }) => unsealed)
}

async function expectUnsealed(namespace: string, cases: readonly Case[]): Promise<void> {
  for (const { id } of cases) expect([id, await verdict(namespace, id)]).toEqual([id, true])
  const { body } = (await stage.server().request('GET', `/api/v1/namespaces/${namespace}/secrets`)) as {
    body: {
      items: readonly {
        metadata: { name: string; annotations?: Record<string, string>; labels?: Record<string, string> }
        type: string
        immutable?: boolean
        data?: Record<string, string>
      }[]
    }
  }
  const live = new Map(body.items.map((item) => [item.metadata.name, item]))
  for (const { id, declared, type, data } of cases) {
    const made = live.get(id)
    expect([id, Object.keys(made?.data ?? {}).sort()]).toEqual([id, Object.keys(data).sort()])
    for (const [key, bytes] of Object.entries(data))
      expect(Buffer.from(made?.data?.[key] ?? '', 'base64').equals(bytes), `${id} ${key}`).toBe(true)
    const { annotations = {}, labels = {}, immutable = false } = declared
    expect([id, made?.type, made?.immutable ?? false]).toEqual([id, type, immutable])
    expect(made?.metadata.labels ?? {}).toEqual(labels)
    expect(made?.metadata.annotations ?? {}).toMatchObject({
      ...(annotations as object),
      ...scopeAnnotations((declared['scope'] as Scope | undefined) ?? 'strict'),
    })
  }
}

/** The same ciphertexts under another name or in another namespace, as somebody might copy them. */
function moved(text: string, { namespace, name }: { namespace: string; name: string }): string {
  const [document] = parseAllDocuments(text)
  for (const path of [['metadata'], ['spec', 'template', 'metadata']]) {
    document?.setIn([...path, 'name'], name)
    document?.setIn([...path, 'namespace'], namespace)
  }
  return String(document)
}

async function orphan(namespace: string, name: string): Promise<void> {
  const path = `${sealedPath(namespace, name)}?propagationPolicy=Orphan`
  expectSuccess(await stage.server().request('DELETE', path), path)
  await waitUntil(`${name} to be nobody's`, LIMIT_MS, async () => {
    const { status } = await stage.server().request('GET', sealedPath(namespace, name))
    const held = await stage.held(namespace, name)
    const { ownerReferences = [] } = (held?.raw['metadata'] ?? {}) as { ownerReferences?: readonly unknown[] }
    return status === 404 && held !== undefined && ownerReferences.length === 0
  })
}

function uidOf(raw: Readonly<Record<string, unknown>> | undefined): unknown {
  return (raw?.['metadata'] as { uid?: unknown } | undefined)?.uid
}

function inFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'secretferry-kubeseal-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 })
  return folder
}

async function kubeseal(args: readonly string[], input: string): Promise<string> {
  return execute(await toolPath('kubeseal'), args, {}, input)
}

/** What a program said. Throws where it failed, with that. */
function execute(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>> },
  input = '',
): Promise<string> {
  return new Promise((fulfil, reject) => {
    const child = execFile(
      program,
      args,
      { ...options, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) fulfil(stdout)
        else reject(new Error(`${program}: ${stderr}${stdout.slice(-2000)}`, { cause: error }))
      },
    )
    child.stdin?.end(input)
  })
}
