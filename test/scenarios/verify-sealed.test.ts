import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbedded, type EmbeddedServer } from '../doubles/kube-apiserver/server.ts'
import { createController, type SealedSecretsController } from '../doubles/sealed-secrets/controller.ts'
import {
  makeSealingPair,
  CERTIFICATE,
  renderConfig,
  renderedOf,
  runRender,
  workspaceOf,
} from './render-arrangement.ts'

const SECRETS = { one: { data: { A: '${env://A}' } }, two: { data: { A: '${env://A}' } } }
const env = { A: 'a-value-of-the-tests' }
const MANIFEST = 'kube-system/http:sealed-secrets-controller:'

describe('the Sealed Secrets controller, through the API server', () => {
  let server: EmbeddedServer
  let pair: { cert: string; key: string }
  let controller: SealedSecretsController
  beforeAll(async () => {
    server = await startEmbedded()
    pair = await makeSealingPair()
  })
  afterAll(() => server.stop())
  const stand = (name: string, certificate?: string): void => {
    server.services.clear()
    controller = createController(pair, certificate)
    server.services.set(name, controller.service)
  }
  const run = (more: { inputs?: Record<string, string>; files?: Record<string, string | Uint8Array> } = {}) =>
    runRender({
      files: { ...renderConfig(SECRETS), [CERTIFICATE]: pair.cert, ...more.files },
      env,
      inputs: { kubeconfig: server.admin, ...more.inputs },
    })

  it.each([
    MANIFEST,
    'kube-system/http:sealed-secrets:http',
    'kube-system/http:sealed-secrets-controller:http',
    'kube-system/http:sealed-secrets:',
  ])('is found as %s, for its certificate and to verify', async (name) => {
    stand(name)
    const done = await run({ inputs: { certificate: 'controller', 'verify-sealed': 'true' } })
    expect(done.exitCode, done.log).toBe(0)
    expect(done.log).toContain('The controller unseals all 2 SealedSecrets that were rendered')
    expect(controller.requests.filter((each) => each === 'POST /v1/verify')).toHaveLength(2)
  })

  it('is asked at the rate that it takes, one at a time', async () => {
    stand(MANIFEST)
    const secrets = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`s${n}`, SECRETS.one]))
    const done = await run({ files: renderConfig(secrets), inputs: { 'verify-sealed': 'true' } })
    expect(done.exitCode, done.log).toBe(0)
    expect(controller.requests.filter((each) => each === 'POST /v1/verify').length).toBeLessThanOrEqual(6)
    expect(controller.throttled()).toBeLessThanOrEqual(1)
  })

  it('refuses what it can’t unseal, before a file is written', async () => {
    stand(MANIFEST)
    const { cert } = await makeSealingPair()
    const done = await run({ files: { [CERTIFICATE]: cert }, inputs: { 'verify-sealed': 'true' } })
    expect(done.outputs['error-code'], done.log).toBe('SEALED_INVALID')
    expect(done.log).toContain('k8s/overlays/staging/one.yaml: the controller can’t unseal it')
    expect(renderedOf(done, 'one')).toBe('')
  })

  it('warns where the certificate is not its newest', async () => {
    const newer = await makeSealingPair()
    stand(MANIFEST, newer.cert)
    const done = await run({ inputs: { 'verify-sealed': 'true' } })
    expect(done.exitCode, done.log).toBe(0)
    expect(done.log).toContain('the certificate is not the controller’s newest')
  })

  it('is told from a log-in page, and from nobody', async () => {
    stand(MANIFEST, '<html>Sign in</html>')
    const page = await run({ inputs: { certificate: 'controller' } })
    expect(page.outputs['error-code'], page.log).toBe('CERTIFICATE_INVALID')
    expect(page.log).toContain('an HTML page')
    server.services.clear()
    const nobody = await run({ inputs: { certificate: 'controller' } })
    expect(nobody.outputs['error-code']).toBe('CERTIFICATE_INVALID')
    expect(nobody.log).toContain('no Sealed Secrets controller answers in the cluster')
  })

  it('says which rule is missing where the credentials may not ask', async () => {
    stand(MANIFEST)
    const kubeconfig = await server.user('nobody', [], { namespaces: ['kube-system'] })
    const done = await run({ inputs: { certificate: 'controller', kubeconfig } })
    expect(done.outputs['error-code'], done.log).toBe('FORBIDDEN')
    expect(done.log).toContain(
      'resources: [services/proxy], resourceNames: ["http:sealed-secrets-controller:"',
    )
  })

  it('is not asked offline, where every SealedSecret of the repository is looked at', async () => {
    server.services.clear()
    const good = await run({ inputs: { 'verify-sealed': 'offline', kubeconfig: '' } })
    expect(good.exitCode, good.log).toBe(0)
    expect(good.log).toContain('Checked all 2 SealedSecrets of the repository')
    const files = {
      ...workspaceOf(good),
      'other/broken.yaml': renderedOf(good, 'one').replace(/A: A[Qg]\S{8}/, 'A: '),
      'other/plain.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: { name: two, namespace: aura-staging }\nstringData: { A: x }\n',
    }
    const bad = await run({ files, inputs: { 'verify-sealed': 'offline', kubeconfig: '' } })
    expect(bad.outputs['error-code'], bad.log).toBe('SEALED_INVALID')
    expect(bad.log).toMatch(/other\/broken\.yaml: aura-staging\/one: A: (?:not base64|cut short)/)
    expect(bad.log).toContain('other/plain.yaml: the Secret aura-staging/two stands here as it is')
  })
})
