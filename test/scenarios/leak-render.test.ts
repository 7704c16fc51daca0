import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbedded, type EmbeddedServer } from '../doubles/kube-apiserver/server.ts'
import { runAction, type ActionOptions, type ActionRun } from '../support/run-action.ts'
import { configOf, dataOfAll, environmentOf, filesOf, makeAllCanaries } from './leak-arrangement.ts'
import { inspectRun } from './leak-check.ts'
import { readGiven } from './leak-given.ts'
import { CERTIFICATE, FINGERPRINT_KEY, makeSealingPair, workspaceOf } from './render-arrangement.ts'
import type { Canary } from './canaries.ts'

const SERVICE = 'kube-system/http:sealed-secrets-controller:'

describe('nothing leaks into rendered files, and what is said of them', () => {
  const canaries = makeAllCanaries()
  const key: Canary = { name: 'fingerprint-key', value: Buffer.from(FINGERPRINT_KEY), parts: [] }
  let server: EmbeddedServer
  let cert = ''
  beforeAll(async () => {
    server = await startEmbedded()
    cert = (await makeSealingPair()).cert
  })
  afterAll(() => server.stop())

  const files = (deliver: string, directory: string, data = dataOfAll(canaries)) => ({
    ...configOf(
      { one: { data } },
      {
        namespace: 'app',
        deliver,
        'output-directory': directory,
        kustomization: 'create',
        ...(deliver === 'sealed-secret' ? { seal: { certificate: CERTIFICATE } } : {}),
      },
    ),
    [CERTIFICATE]: cert,
    ...filesOf(canaries),
  })
  /** The run, and each leak of it but in the files where values were asked for. */
  async function run(
    options: ActionOptions & { readonly except?: string },
  ): Promise<{ done: ActionRun; leaks: readonly string[] }> {
    const given = new Map<string, Uint8Array>()
    const done = await runAction({
      ...options,
      debug: true,
      inputs: {
        mode: 'render',
        'fingerprint-key': FINGERPRINT_KEY,
        'audit-log': 'audit.jsonl',
        ...options.inputs,
      },
      env: environmentOf(canaries),
      arrange: (places) => readGiven(places, given),
    })
    const leaks = inspectRun({ run: done, canaries: [...canaries, key], given })
    const { except } = options
    return { done, leaks: leaks.filter((leak) => except === undefined || !leak.startsWith(`file ${except}`)) }
  }

  it('when they are sealed, and sealed anew beside what was there', async () => {
    const first = await run({ files: files('sealed-secret', 'k8s'), inputs: { 'verify-sealed': 'offline' } })
    expect(first.done.exitCode, first.done.log).toBe(0)
    expect(first.leaks).toEqual([])
    const edited = Object.fromEntries(
      Object.entries(workspaceOf(first.done)).map(([path, bytes]) => [
        path,
        path === 'k8s/one.yaml' ? Buffer.from(`# by hand\n${Buffer.from(bytes).toString()}`) : bytes,
      ]),
    )
    const anew = await run({ files: { ...edited, [CERTIFICATE]: (await makeSealingPair()).cert } })
    expect(anew.done.log).toContain('the certificate is a new one')
    expect(anew.leaks).toEqual([])
  })

  it('when the controller says back what it was asked, and values with it', async () => {
    const said = canaries.map(({ value }) => value.toString('utf8')).join('\n')
    server.services.set(SERVICE, ({ path, body }) =>
      path === '/v1/cert.pem'
        ? { status: 200, body: cert }
        : { status: 500, body: `${body.toString('utf8')}\n${said}` },
    )
    const inputs = { kubeconfig: server.admin, 'verify-sealed': 'true' }
    const refused = await run({ files: files('sealed-secret', 'k8s'), inputs })
    expect(refused.done.outputs['error-code'], refused.done.log).toBe('SEALED_INVALID')
    expect(refused.leaks).toEqual([])
    server.services.set(SERVICE, () => ({ status: 200, body: `-----BEGIN CERTIFICATE-----\n${said}` }))
    const broken = await run({
      files: files('sealed-secret', 'k8s'),
      inputs: { ...inputs, certificate: 'controller' },
    })
    expect(broken.done.outputs['error-code'], broken.done.log).toBe('CERTIFICATE_INVALID')
    expect(broken.leaks).toEqual([])
  })

  it('when Secrets are written as they are, but in the files that are for it', async () => {
    const plain = await run({
      files: files('apply', 'plain'),
      inputs: { 'allow-plaintext': 'plain' },
      except: 'workspace/plain/one.yaml',
    })
    expect(plain.done.exitCode, plain.done.log).toBe(0)
    expect(plain.done.file('workspace/plain/one.yaml')).toContain('kind: Secret')
    expect(plain.leaks).toEqual([])
    const refused = await run({ files: files('apply', 'plain') })
    expect(refused.done.outputs['error-code']).toBe('OUTPUT_INVALID')
    expect(refused.leaks).toEqual([])
  })
})
