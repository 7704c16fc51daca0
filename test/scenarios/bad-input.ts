import { symlinkSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { parse, stringify } from 'yaml'
import {
  isDryRun,
  isWrite,
  notJson,
  redirect,
  status,
  tooManyRequests,
  type Fault,
  type FaultRule,
} from '../faults/fault.ts'
import { makeAuthority, makeClientCertificate, makeLeaf } from '../support/certificates.ts'
import { writeKubeconfig } from '../support/kubeconfig.ts'
import type { ActionOptions } from '../support/run-action.ts'
import type { Stage } from './stage.ts'

/** What a case is arranged with. The value in `VALUE` is what the run would deliver: it must be seen nowhere. */
export interface Setting {
  readonly stage: Stage
  readonly namespace: string
  /** A kubeconfig of the administrator through the fault proxy. */
  readonly proxied: string
}

export interface BadInput {
  readonly name: string
  readonly code: string
  /** What the log must say. */
  readonly says: RegExp
  /** Merged over a good run: a file with one Secret of `env://VALUE`. */
  readonly options: (setting: Setting) => Promise<ActionOptions> | ActionOptions
  /** What the proxy does; the run goes through it then. */
  readonly rules?: readonly FaultRule[]
}

/** A configuration file of one Secret. */
export function fileOf(data: string, more = ''): Record<string, string> {
  return { '.github/secretferry.yml': `version: 1\n${more}secrets:\n  one:\n    data:\n      ${data}\n` }
}

const withData = (data: string, more = ''): ActionOptions => ({ files: fileOf(data, more) })
const withFile = (text: string | Uint8Array): ActionOptions => ({
  files: { '.github/secretferry.yml': text },
})
const always = (fault: Fault, when: FaultRule['when']): readonly FaultRule[] => [{ when, fault }]
const everything = (): boolean => true

const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
  .split('')
  .map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index] ?? 'a'},`.repeat(9)}]`)
  .join('\n')}\nversion: 1\nsecrets: *h\n`

/** Everything that must get a clear error and leave nothing written: its name, its code, and what it says. */
export const BAD_INPUTS: readonly BadInput[] = [
  {
    name: 'no such value',
    code: 'VALUE_MISSING',
    says: /env:\/\/NOWHERE.*needed by one\/A.*does not exist/,
    options: () => withData('A: "${env://NOWHERE}"'),
  },
  {
    name: 'an empty value',
    code: 'VALUE_MISSING',
    says: /is empty/,
    options: () => ({ ...withData('A: "${env://EMPTY}"'), env: { EMPTY: '' } }),
  },
  {
    name: 'a value of white space',
    code: 'VALUE_MISSING',
    says: /is empty/,
    options: () => ({ ...withData('A: "${env://BLANK}"'), env: { BLANK: ' \n\t ' } }),
  },
  {
    name: 'an unknown store',
    code: 'CONFIG_INVALID',
    says: /did you mean `dotenv`/,
    options: () => withData('A: "${dotevn://.env#A}"'),
  },
  {
    name: 'a property of a value that is not JSON',
    code: 'VALUE_INVALID',
    says: /not JSON/,
    options: () => withData('A: "${env://VALUE#name}"'),
  },
  {
    name: 'a property that is an object',
    code: 'VALUE_INVALID',
    says: /an object or a list/,
    options: () => ({ ...withData('A: "${env://DEEP#outer}"'), env: { DEEP: '{"outer":{"inner":"x"}}' } }),
  },
  {
    name: 'bytes that are no UTF-8 in a text',
    code: 'VALUE_INVALID',
    says: /not UTF-8/,
    options: () => ({
      files: { ...fileOf('A: "x${file://raw.bin}"'), 'raw.bin': Uint8Array.of(0xff, 0xfe, 0x80, 0x41) },
    }),
  },
  {
    name: 'a key with a slash',
    code: 'MANIFEST_INVALID',
    says: /key/,
    options: () => withData('a/b: "${env://VALUE}"'),
  },
  {
    name: 'two GitHub secrets that differ in case only',
    code: 'INPUT_INVALID',
    says: /case/,
    options: () => ({
      ...withData('A: "${github://TOKEN}"'),
      inputs: { 'github-secrets': '{"TOKEN":"first-value","token":"other-value"}' },
    }),
  },
  {
    name: 'one byte more than 1 MiB',
    code: 'MANIFEST_INVALID',
    says: /1 MiB|1,?048,?576/,
    options: () => ({
      files: { ...fileOf('A: "${file://large.bin}"'), 'large.bin': new Uint8Array(1_048_577).fill(66) },
    }),
  },
  {
    name: '`${` that is never closed',
    code: 'CONFIG_INVALID',
    says: /never closed/,
    options: () => withData('A: "x ${env://VALUE"'),
  },
  {
    name: 'an expression of GitHub in the file',
    code: 'CONFIG_INVALID',
    says: /GitHub evaluates expressions in workflows only/,
    options: () => withData('A: "${{ secrets.A }}"'),
  },
  {
    name: 'invalid YAML',
    code: 'CONFIG_INVALID',
    says: /invalid YAML/,
    options: () => withFile('version: 1\nsecrets:\n  one: [unclosed\n'),
  },
  {
    name: 'a YAML alias bomb',
    code: 'CONFIG_INVALID',
    says: /expands to too much/,
    options: () => withFile(BOMB),
  },
  {
    name: 'a configuration of 50 MB',
    code: 'CONFIG_NOT_FOUND',
    says: /larger than/,
    options: () => withFile(new Uint8Array(50_000_000).fill(35)),
  },
  {
    name: 'a configuration that is a directory',
    code: 'CONFIG_NOT_FOUND',
    says: /is a directory/,
    options: () => ({
      inputs: { config: 'folder' },
      arrange: ({ workspace }) => {
        mkdirSync(path.join(workspace, 'folder'))
      },
    }),
  },
  {
    name: 'a configuration that is a link out of the workspace',
    code: 'CONFIG_NOT_FOUND',
    says: /outside the workspace/,
    options: () => ({
      inputs: { config: 'link.yml' },
      arrange: ({ workspace, home }) => symlinkSync(home, path.join(workspace, 'link.yml')),
    }),
  },
  {
    name: '/proc/self/environ as configuration',
    code: 'CONFIG_NOT_FOUND',
    says: /outside the workspace|no configuration file/,
    options: () => ({ inputs: { config: '/proc/self/environ' } }),
  },
  {
    name: 'no kubeconfig',
    code: 'KUBECONFIG_INVALID',
    says: /there is no kubeconfig/,
    options: () => ({ inputs: { kubeconfig: '' } }),
  },
  {
    name: 'a kubeconfig that does not exist',
    code: 'KUBECONFIG_INVALID',
    says: /does not exist/,
    options: () => ({ inputs: { kubeconfig: 'nowhere.yaml' } }),
  },
  {
    name: 'a kubeconfig without a context',
    code: 'KUBECONFIG_INVALID',
    says: /no current context/,
    options: ({ stage }) => ({
      inputs: { kubeconfig: edit(stage, (config) => delete config['current-context']) },
    }),
  },
  {
    name: 'a context that is not there',
    code: 'KUBECONFIG_INVALID',
    says: /its contexts are: test/,
    options: () => ({ inputs: { context: 'elsewhere' } }),
  },
  {
    name: 'an expired client certificate',
    code: 'KUBECONFIG_INVALID',
    says: /expired on 20/,
    options: async ({ stage }) => ({ inputs: { kubeconfig: await expired(stage) } }),
  },
  {
    name: 'a dead port',
    code: 'CLUSTER_UNREACHABLE',
    says: /no connection.*ECONNREFUSED/,
    options: ({ stage }) => ({
      inputs: {
        kubeconfig: edit(stage, (config) => (config['clusters'][0].cluster.server = 'https://127.0.0.1:9')),
      },
    }),
  },
  {
    name: 'a server with another CA',
    code: 'CLUSTER_UNREACHABLE',
    says: /certificate is not trusted/,
    options: async ({ stage }) => {
      const other = await makeAuthority()
      return {
        inputs: {
          kubeconfig: edit(
            stage,
            (config) =>
              (config['clusters'][0].cluster['certificate-authority-data'] = Buffer.from(other.cert).toString(
                'base64',
              )),
          ),
        },
      }
    },
  },
  {
    name: 'an unknown log-in command',
    code: 'LOGIN_FAILED',
    says: /not among the known ones.*exec-plugins/,
    options: ({ stage }) => ({
      inputs: {
        kubeconfig: edit(
          stage,
          (config) =>
            (config['users'][0].user = {
              exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'curl' },
            }),
        ),
      },
    }),
  },
  {
    name: 'a token that is refused',
    code: 'UNAUTHORIZED',
    says: /does not accept the credentials \(401\)/,
    options: ({ stage }) => ({
      inputs: {
        kubeconfig: edit(stage, (config) => (config['users'][0].user = { token: 'nobody-knows-this-token' })),
      },
    }),
  },
  {
    name: 'a user without rights',
    code: 'FORBIDDEN',
    says: /resources: \[secrets\], verbs: \[get, create, patch, update, delete\], resourceNames: \[one\]/,
    options: async ({ stage, namespace }) => ({
      inputs: {
        kubeconfig: await stage
          .server()
          .user(`nobody-${namespace}`, [{ resources: ['configmaps'], verbs: ['get'] }], {
            namespaces: [namespace],
          }),
      },
    }),
  },
  {
    name: 'a webhook that refuses the dry run',
    code: 'WEBHOOK_DENIED',
    says: /`deny.example.com`/,
    options: () => ({}),
    rules: always(
      {
        kind: 'answer',
        answer: status(400, 'BadRequest', {
          message: 'admission webhook "deny.example.com" denied the request: no',
        }),
      },
      isDryRun,
    ),
  },
  {
    name: 'a webhook that does not support dry run',
    code: 'WEBHOOK_DENIED',
    says: /does not support dry runs.*sideEffects/,
    options: () => ({}),
    rules: always(
      {
        kind: 'answer',
        answer: status(400, 'BadRequest', {
          message: 'admission webhook "w.example.com" does not support dry run',
        }),
      },
      isDryRun,
    ),
  },
  {
    name: '429 for ever',
    code: 'THROTTLED',
    says: /429/,
    options: () => ({}),
    rules: always({ kind: 'answer', answer: tooManyRequests(0) }, everything),
  },
  {
    name: '500 on the dry run',
    code: 'REJECTED',
    says: /the API server failed \(500\)/,
    options: () => ({}),
    rules: always({ kind: 'answer', answer: status(500, 'InternalError') }, isDryRun),
  },
  {
    name: 'answers cut in the middle',
    code: 'CLUSTER_UNREACHABLE',
    says: /cut before the answer was complete/,
    options: () => ({}),
    rules: always({ kind: 'cut-answer' }, everything),
  },
  {
    name: 'an answer that is not JSON',
    code: 'CLUSTER_UNREACHABLE',
    says: /not an API server/,
    options: () => ({}),
    rules: always({ kind: 'answer', answer: notJson() }, everything),
  },
  {
    name: 'a redirect',
    code: 'CLUSTER_UNREACHABLE',
    says: /redirect/,
    options: () => ({}),
    rules: always({ kind: 'answer', answer: redirect('https://127.0.0.1:9/login') }, everything),
  },
  {
    name: 'a redirect of a write',
    code: 'CLUSTER_UNREACHABLE',
    says: /redirect/,
    options: () => ({}),
    rules: always({ kind: 'answer', answer: redirect('https://127.0.0.1:9/login') }, isWrite),
  },
  {
    name: 'a namespace that is being deleted',
    code: 'NAMESPACE_TERMINATING',
    says: /is being deleted/,
    options: async ({ stage, namespace }) => {
      await stage.server().request('POST', `/api/v1/namespaces/${namespace}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'holder', finalizers: ['example.com/hold'] },
      })
      await stage.server().request('DELETE', `/api/v1/namespaces/${namespace}`)
      return {}
    },
  },
  {
    name: 'a misspelt input',
    code: 'INPUT_INVALID',
    says: /did you mean `dry-run`/,
    options: () => ({ inputs: { dryrun: 'true' } }),
  },
  {
    name: 'a mode of a later version',
    code: 'NOT_AVAILABLE',
    says: /`mode: rotate` is not available yet/,
    options: () => ({ inputs: { mode: 'rotate' } }),
  },
  {
    name: 'reserved characters in the user-info of a URL',
    code: 'VALUE_INVALID',
    says: /without \|uri/,
    options: () => ({
      ...withData('A: "redis://:${env://HARD}@redis:6379/0"'),
      env: { HARD: 'p@ss/w:rd#1234' },
    }),
  },
  {
    name: 'a store that refuses',
    code: 'STORE_DENIED',
    says: /ACTIONS_/,
    options: () => withData('A: "${env://ACTIONS_RUNTIME_TOKEN}"'),
  },
  {
    name: 'a change of type',
    code: 'IMMUTABLE',
    says: /can’t be changed to kubernetes.io\/basic-auth/,
    options: async ({ stage, namespace }) => {
      await stage.run(namespace, {
        files: fileOf('username: "${env://FIRST}"'),
        env: { FIRST: 'first-user-name' },
      })
      return withFile('version: 1\nsecrets: { one: { type: basic-auth, username: "${env://VALUE}" } }\n')
    },
  },
]

interface Kubeconfig {
  clusters: [{ cluster: Record<string, unknown> }]
  users: [{ user: unknown }]
  'current-context'?: string
}

/** The administrator's kubeconfig with something wrong in it. */
function edit(stage: Stage, change: (config: Kubeconfig) => unknown): string {
  const config = parse(stage.server().admin) as Kubeconfig
  change(config)
  return stringify(config)
}

async function expired(stage: Stage): Promise<string> {
  const { url, ca, caKey } = stage.server()
  const authority = { cert: ca, key: caKey }
  const day = 86_400_000
  const { key } = await makeClientCertificate(authority, 'late')
  const leaf = await makeLeaf(authority, {
    subject: { commonName: 'late' },
    notBefore: new Date(Date.now() - 2 * day),
    notAfter: new Date(Date.now() - day),
  })
  return writeKubeconfig({ url, ca }, 'late', { cert: leaf.cert, key: leaf.key === '' ? key : leaf.key })
}
