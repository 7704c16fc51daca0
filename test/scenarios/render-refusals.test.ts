import { chmodSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeSelfSigned } from '../support/certificates.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import {
  CERTIFICATE,
  makeSealingPair,
  renderConfig,
  renderedOf,
  runRender,
  workspaceOf,
} from './render-arrangement.ts'

const DIRECTORY = 'k8s/overlays/staging'
const FILE = `${DIRECTORY}/one.yaml`
const SECRETS = { one: { data: { A: '${env://A}' } }, two: { data: { A: '${env://A}' } } }
const env = { A: 'a-value-of-the-tests' }

/** What a case changes in a workspace that was rendered to once. */
interface Case {
  readonly code: string
  readonly says: RegExp
  readonly edit: (sealed: string) => ActionOptions
}

const replaced = (by: string): ActionOptions => ({ files: { [FILE]: by } })
const wide = '    sealedsecrets.bitnami.com/cluster-wide: "true"\n'

const CASES: Readonly<Record<string, Case>> = {
  'a sealed file that is not YAML': {
    code: 'OUTPUT_INVALID',
    says: /one\.yaml: invalid YAML/,
    edit: () => replaced('a: [b\n'),
  },
  'a sealed file with a key twice': {
    code: 'OUTPUT_INVALID',
    says: /duplicate key/,
    edit: (sealed) =>
      replaced(sealed.replace('kind: SealedSecret\n', 'kind: SealedSecret\nkind: SealedSecret\n')),
  },
  'a sealed file with conflict markers': {
    code: 'OUTPUT_INVALID',
    says: /conflict markers of Git/,
    edit: (sealed) =>
      replaced(sealed.replace('spec:\n', '<<<<<<< ours\nspec:\n=======\nspec:\n>>>>>>> theirs\n')),
  },
  'a sealed file that was merged by hand with two scopes': {
    code: 'OUTPUT_INVALID',
    says: /has two scopes/,
    edit: (sealed) => replaced(sealed.replace('  annotations:\n', `  annotations:\n${wide}`)),
  },
  'a scope that contradicts the file': {
    code: 'OUTPUT_INVALID',
    says: /is sealed strict, and the configuration says cluster-wide/,
    edit: () => ({ inputs: { scope: 'cluster-wide' } }),
  },
  'a scope that contradicts the annotations of the Secret': {
    code: 'MANIFEST_INVALID',
    says: /its annotations say cluster-wide, and the scope is strict/,
    edit: () => ({
      files: {
        ...renderConfig({
          one: { ...SECRETS.one, annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } },
        }),
      },
    }),
  },
  'no namespace for a strict seal': {
    code: 'MANIFEST_INVALID',
    says: /one: no namespace, which `scope: strict` binds/,
    edit: () => ({ files: renderConfig(SECRETS, { namespace: undefined, 'output-directory': 'other' }) }),
  },
  'two documents in a file': {
    code: 'OUTPUT_INVALID',
    says: /multiple docs/,
    edit: (sealed) => replaced(`${sealed}---\n${sealed}`),
  },
  'another object in the way': {
    code: 'OUTPUT_INVALID',
    says: /holds another object than a SealedSecret/,
    edit: () => replaced('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\n'),
  },
  'a file of another set': {
    code: 'OWNED_BY_OTHER',
    says: /belongs to another set/,
    edit: (sealed) => replaced(sealed.replace('set: octo/app', 'set: octo/other')),
  },
  'a plain Secret in its place': {
    code: 'OUTPUT_INVALID',
    says: /is a Secret as it is/,
    edit: () => replaced('apiVersion: v1\nkind: Secret\nmetadata: { name: one }\ndata: { A: YQ== }\n'),
  },
  'a plain Secret beside it': {
    code: 'OUTPUT_INVALID',
    says: /plain\.yml holds the Secret one as it is/,
    edit: () => ({
      files: {
        [`${DIRECTORY}/plain.yml`]:
          'kind: ConfigMap\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: one }\ndata: { A: YQ== }\n',
      },
    }),
  },
  'an output directory outside of the workspace': {
    code: 'OUTPUT_INVALID',
    says: /really outside the workspace and RUNNER_TEMP/,
    edit: () => ({ inputs: { 'output-directory': '../elsewhere' } }),
  },
  'no output directory': {
    code: 'INPUT_INVALID',
    says: /where to render to is not said/,
    edit: () => ({ files: renderConfig(SECRETS, { 'output-directory': undefined }) }),
  },
  'a fingerprint key that is too short': {
    code: 'VALUE_INVALID',
    says: /shorter than 32 bytes/,
    edit: () => ({ inputs: { 'fingerprint-key': 'short-key' } }),
  },
  'no certificate': {
    code: 'CONFIG_INVALID',
    says: /without a certificate to seal with/,
    edit: () => ({ files: renderConfig(SECRETS, { seal: {} }) }),
  },
  'a certificate that is not there': {
    code: 'CERTIFICATE_INVALID',
    says: /there is no certificate at no\.pem/,
    edit: () => ({ inputs: { certificate: 'no.pem' } }),
  },
  'another certificate than the pinned one': {
    code: 'CERTIFICATE_INVALID',
    says: /is another than the pinned one/,
    edit: () => ({ inputs: { 'certificate-fingerprint': '00'.repeat(32) } }),
  },
  'a fingerprint that is none': {
    code: 'CONFIG_INVALID',
    says: /is no SHA-256/,
    edit: () => ({ inputs: { 'certificate-fingerprint': 'abc' } }),
  },
  'a certificate from a URL without its fingerprint': {
    code: 'CERTIFICATE_INVALID',
    says: /from a URL without its fingerprint/,
    edit: () => ({ inputs: { certificate: 'https://127.0.0.1:1/cert.pem' } }),
  },
  'a certificate from a URL that nobody answers': {
    code: 'CERTIFICATE_INVALID',
    says: /from 127\.0\.0\.1:1 could not be fetched/,
    edit: () => ({
      inputs: { certificate: 'https://127.0.0.1:1/cert.pem', 'certificate-fingerprint': '00'.repeat(32) },
    }),
  },
  'a certificate over http': {
    code: 'CERTIFICATE_INVALID',
    says: /is not one of https/,
    edit: () => ({ inputs: { certificate: 'http://127.0.0.1:1/cert.pem' } }),
  },
  'an EC certificate in the file': {
    code: 'CERTIFICATE_INVALID',
    says: /its key is EC/,
    edit: () => ({ inputs: { certificate: 'ec.pem' } }),
  },
}

describe('mode: render refuses, with every file as it was', () => {
  let first: ActionRun
  let sealed = ''
  let ec = ''
  beforeAll(async () => {
    const { cert } = await makeSealingPair()
    ec = (await makeSelfSigned({ subject: { commonName: 'x' }, keyType: 'ec' })).cert
    first = await runRender({ files: { ...renderConfig(SECRETS), [CERTIFICATE]: cert, 'ec.pem': ec }, env })
    expect(first.exitCode, first.log).toBe(0)
    sealed = renderedOf(first, 'one')
  })

  const refuse = async ({ code, says, edit }: Case, more: ActionOptions = {}): Promise<void> => {
    const options = edit(sealed)
    const files = { ...workspaceOf(first), ...options.files }
    const run = await runRender({ ...options, ...more, files, env: { A: 'another-value-of-the-tests' } })
    expect(run.outputs['error-code'], run.log).toBe(code)
    expect(run.log).toMatch(says)
    expect(run.exitCode).toBe(1)
    const after = workspaceOf(run)
    for (const [name, content] of Object.entries(files))
      expect(Buffer.from(after[name] ?? '').toString(), name).toBe(Buffer.from(content).toString())
  }

  it.each(Object.entries(CASES))('%s', async (_name, each) => {
    await refuse(each)
  })

  it.skipIf(process.platform === 'win32')('a read-only file that would change', async () => {
    const readOnly: Case = { code: 'OUTPUT_INVALID', says: /one\.yaml is read-only/, edit: () => ({}) }
    await refuse(readOnly, { arrange: ({ workspace }) => chmodSync(path.join(workspace, FILE), 0o444) })
  })

  it.skipIf(process.platform === 'win32')('a directory that is a link out of the workspace', async () => {
    const out: Case = {
      code: 'OUTPUT_INVALID',
      says: /really outside/,
      edit: () => ({ inputs: { 'output-directory': 'out' } }),
    }
    await refuse(out, { arrange: ({ workspace }) => symlinkSync('/tmp', path.join(workspace, 'out')) })
  })

  it('Secrets as they are in the workspace, unless the directory is named for it', async () => {
    const inputs = { deliver: 'apply', 'output-directory': 'plain', 'fingerprint-key': '' }
    const plain: Case = {
      code: 'OUTPUT_INVALID',
      says: /plain is in the workspace, and `deliver: apply` renders Secrets as they are/,
      edit: () => ({ inputs }),
    }
    await refuse(plain)
    const allowed = await runRender({
      files: workspaceOf(first),
      env,
      inputs: { ...inputs, 'allow-plaintext': './plain/' },
    })
    expect(allowed.exitCode, allowed.log).toBe(0)
    expect(allowed.file('workspace/plain/one.yaml')).toContain(Buffer.from(env.A).toString('base64'))
  })

  it('renders Secrets as they are to RUNNER_TEMP', async () => {
    const run = await runRender({
      files: workspaceOf(first),
      env,
      inputs: { deliver: 'apply', 'output-directory': '../runner-temp/secrets', 'fingerprint-key': '' },
    })
    expect(run.exitCode, run.log).toBe(0)
    expect(run.file('runner-temp/secrets/one.yaml')).toContain('kind: Secret\n')
  })
})
