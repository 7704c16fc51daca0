import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runAction } from '../support/run-action.ts'
import { unseal } from '../support/unseal.ts'
import {
  CERTIFICATE,
  changedLines,
  makeSealingPair,
  renderConfig,
  renderedOf,
  runRender,
  workspaceOf,
} from './render-arrangement.ts'

const SECRETS = {
  backend: {
    labels: { app: 'aura' },
    annotations: { note: 'x: "y"' },
    immutable: true,
    data: {
      URI: 'postgresql://aura:${env://DB|uri}@postgres/db',
      'a.b-c_D': '${env://DB}',
      PUBLIC: '{{ .x }}',
    },
  },
  login: { type: 'basic-auth', username: 'admin', password: '${env://DB}' },
}
const DB = 'p@ss w/rd\nof two lines'

describe('mode: render, deliver: sealed-secret', () => {
  let pair: { cert: string; key: string }
  beforeAll(async () => {
    pair = await makeSealingPair()
  })
  const filesOf = (more: object = {}, secrets: object = SECRETS): Record<string, string> => ({
    ...renderConfig(secrets, more),
    [CERTIFICATE]: pair.cert,
  })

  it('seals each Secret into a file that the controller makes the Secret of, and needs no cluster', async () => {
    const run = await runRender({ files: filesOf(), env: { DB } })
    expect(run.exitCode, run.log).toBe(0)
    expect(run.connections).toEqual([])
    expect(run.outputs).toMatchObject({
      changed: 'true',
      created: '["aura-staging/backend","aura-staging/login"]',
      'error-code': '',
    })
    expect(JSON.parse(run.outputs['files'] ?? '')).toEqual([
      { path: 'k8s/overlays/staging/backend.yaml', action: 'create' },
      { path: 'k8s/overlays/staging/login.yaml', action: 'create' },
    ])
    const sealed = parse(renderedOf(run, 'backend'))
    expect(sealed).toMatchObject({
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'backend', namespace: 'aura-staging' },
    })
    expect(sealed.spec.template).toEqual({
      metadata: {
        name: 'backend',
        namespace: 'aura-staging',
        labels: { app: 'aura' },
        annotations: { note: 'x: "y"' },
      },
      type: 'Opaque',
      immutable: true,
    })
    const label = 'aura-staging/backend'
    const values = Object.entries<string>(sealed.spec.encryptedData).map(([key, text]) => [
      key,
      unseal(text, { key: pair.key, label }).toString(),
    ])
    expect(Object.fromEntries(values)).toEqual({
      URI: `postgresql://aura:${encodeURIComponent(DB)}@postgres/db`,
      'a.b-c_D': DB,
      PUBLIC: '{{ .x }}',
    })
    expect(run.summary).toContain('| `backend.yaml` | | create | |')
  })

  it('changes nothing where nothing changed, and two lines where one value did', async () => {
    const secrets = { one: { data: { A: '${env://A}', B: '${env://B}', C: 'x' } } }
    const first = await runRender({ files: filesOf({}, secrets), env: { A: 'a-value', B: 'b-value' } })
    const second = await runRender({ files: workspaceOf(first), env: { A: 'a-value', B: 'b-value' } })
    expect(second.outputs).toMatchObject({ changed: 'false', unchanged: '["aura-staging/one"]' })
    expect(second.log).toContain('Nothing to do')
    expect(renderedOf(second, 'one')).toBe(renderedOf(first, 'one'))
    const third = await runRender({ files: workspaceOf(second), env: { A: 'a-value', B: 'another' } })
    const { gone, come } = changedLines(renderedOf(second, 'one'), renderedOf(third, 'one'))
    expect([gone.length, come.length]).toEqual([2, 2])
    expect(come.map((line) => line.split(':')[0]?.trim())).toEqual(['B', 'B'])
  })

  it.each([
    ['namespace-wide', 'aura-staging'],
    ['cluster-wide', ''],
  ])('seals %s, with the annotation in both places', async (scope, label) => {
    const run = await runRender({ files: filesOf(), env: { DB }, inputs: { scope } })
    expect(run.exitCode, run.log).toBe(0)
    const { metadata, spec } = parse(renderedOf(run, 'login'))
    const annotation = { [`sealedsecrets.bitnami.com/${scope}`]: 'true' }
    expect(metadata.annotations).toMatchObject(annotation)
    expect(spec.template.metadata.annotations).toEqual(annotation)
    expect(unseal(spec.encryptedData.password, { key: pair.key, label }).toString()).toBe(DB)
  })

  it('seals everything anew for a new certificate, from source, and says so; unless told never to', async () => {
    const first = await runRender({ files: filesOf(), env: { DB } })
    const next = await makeSealingPair()
    const renewed = { ...workspaceOf(first), [CERTIFICATE]: next.cert }
    const run = await runRender({ files: renewed, env: { DB } })
    expect(run.log).toContain('the certificate is a new one')
    const { spec } = parse(renderedOf(run, 'login'))
    const sealed = { key: next.key, label: 'aura-staging/login' }
    expect(unseal(spec.encryptedData.password, sealed).toString()).toBe(DB)
    const never = filesOf({ seal: { certificate: CERTIFICATE, reseal: 'never' } })
    const kept = await runRender({ files: { ...renewed, ...never, [CERTIFICATE]: next.cert }, env: { DB } })
    expect(kept.outputs['changed']).toBe('false')
  })

  it('seals everything anew without a key, says why, and how to get quiet diffs', async () => {
    const inputs = { 'fingerprint-key': '' }
    const first = await runRender({ files: filesOf(), env: { DB }, inputs })
    expect(renderedOf(first, 'login')).not.toContain('fingerprint')
    const run = await runRender({ files: workspaceOf(first), env: { DB }, inputs })
    expect(run.outputs['changed']).toBe('true')
    expect(run.log).toMatch(/5 values were sealed anew in .*: there is no fingerprint key/)
    expect(run.log).toContain('openssl rand -hex 32 | gh secret set FINGERPRINT_KEY')
  })

  it('shows in a dry run what it would do, stale files included, and deletes those on request alone', async () => {
    const first = await runRender({ files: filesOf(), env: { DB } })
    const { backend } = SECRETS
    const less = { ...workspaceOf(first), ...renderConfig({ backend }) }
    const left = await runRender({ files: less, env: { DB } })
    expect(left.log).toContain('no longer declared, and still in k8s/overlays/staging: login.yaml')
    expect(renderedOf(left, 'login')).not.toBe('')
    const dry = await runRender({
      files: less,
      env: { DB },
      inputs: { 'remove-stale': 'true', 'dry-run': 'true' },
    })
    expect(dry.log).toContain('- login.yaml: no longer declared')
    expect(renderedOf(dry, 'login')).not.toBe('')
    const gone = await runRender({ files: less, env: { DB }, inputs: { 'remove-stale': 'true' } })
    expect(renderedOf(gone, 'login')).toBe('')
    expect(renderedOf(gone, 'backend')).toBe(renderedOf(first, 'backend'))
  })
})

describe('npx secretferry render', () => {
  it('prints the Secrets as they are for a pipe, with the log beside it, and never under a runner', async () => {
    const options = {
      files: renderConfig({ one: { data: { A: '${env://DB}' } } }, { set: 'local' }),
      args: ['render', '--output-directory', '-', '--deliver', 'apply'],
    }
    const local = { DB, GITHUB_ACTIONS: undefined, INPUT_MODE: undefined }
    const run = await runAction({ ...options, env: local })
    expect(run.exitCode, run.stderr).toBe(0)
    expect(parse(run.stdout)).toMatchObject({
      kind: 'Secret',
      data: { A: Buffer.from(DB).toString('base64') },
    })
    expect(run.stderr).toContain('Files of the set local in -: 1 to create')
    expect(run.stderr).not.toContain(DB.slice(0, 8))
    const runner = await runAction({ ...options, env: { DB } })
    expect(runner.outputs['error-code'], runner.log).toBe('OUTPUT_INVALID')
    expect(runner.stdout).not.toContain(Buffer.from(DB).toString('base64'))
  })
})
