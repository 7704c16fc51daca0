import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectSuccess } from '../../support/grants.ts'
import type { TestServer } from '../../support/server.ts'
import { builtComponent } from './cache.ts'
import { freePorts } from './free-ports.ts'
import { teachKinds } from './kinds.ts'
import { openProcessGroup } from './processes.ts'
import { toolPath } from './tools.ts'

const START_LIMIT_MS = 120_000
const NAMESPACE = 'kube-system'
const ACCOUNT = 'sealed-secrets-controller'
const KEYS = 'sealedsecrets.bitnami.com/sealed-secrets-key=active'
/** So that a key is made in less than a second. */
const KEY_BITS = 2048

/** The Sealed Secrets controller beside a server whose SealedSecrets it unseals. */
export interface SealedSecrets {
  /** Where it answers: the API server reaches nothing of the loopback as a Service. */
  readonly url: string
  /** PEM, its newest. */
  readonly certificate: string
  /** PEM, of the same pair. */
  readonly privateKey: string
  stop(): Promise<void>
}

/** Starts the controller on a running server, with a service account that may do everything. */
export async function startSealedSecrets(server: TestServer): Promise<SealedSecrets> {
  await teachKinds(server, join(await builtComponent('sealed-secrets'), 'crd.yaml'))
  const folder = mkdtempSync(join(tmpdir(), 'secretferry-sealed-secrets-'))
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 })
  write('token', await createAccount(server))
  write('ca.crt', server.ca)
  const [port = 0, metrics = 0] = await freePorts(2)
  const url = `http://127.0.0.1:${port}`
  const { hostname, port: apiPort } = new URL(server.url)
  const processes = openProcessGroup(folder)
  await processes.start(
    {
      name: 'sealed-secrets',
      program: await toolPath('controller'),
      args: [
        `--listen-addr=127.0.0.1:${port}`,
        `--listen-metrics-addr=127.0.0.1:${metrics}`,
        `--key-size=${KEY_BITS}`,
        '--key-renew-period=0',
        '--kubeclient-qps=-1',
      ],
      env: {
        SERVICE_ACCOUNT_FOLDER: folder,
        KUBERNETES_SERVICE_HOST: hostname,
        KUBERNETES_SERVICE_PORT: apiPort,
        POD_NAMESPACE: NAMESPACE,
      },
      ready: async () => (await fetch(`${url}/healthz`)).ok,
    },
    START_LIMIT_MS,
  )
  const certificate = await (await fetch(`${url}/v1/cert.pem`)).text()
  return { url, certificate, privateKey: await readKey(server), stop: () => processes.stop() }
}

/** A token of the account that the controller runs as. */
async function createAccount(server: TestServer): Promise<string> {
  const accounts = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`
  const subject = { kind: 'ServiceAccount', name: ACCOUNT, namespace: NAMESPACE }
  const binding = {
    metadata: { name: ACCOUNT },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [subject],
  }
  await create(server, accounts, { metadata: { name: ACCOUNT } })
  await create(server, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', binding)
  const answer = await server.request('POST', `${accounts}/${ACCOUNT}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  })
  expectSuccess(answer, 'the token of the controller')
  return (answer.body as { status: { token: string } }).status.token
}

async function create(server: TestServer, path: string, body: object): Promise<void> {
  const answer = await server.request('POST', path, body)
  if (answer.status !== 409) expectSuccess(answer, path)
}

/** The private key that belongs to the newest certificate: there is one alone. */
async function readKey(server: TestServer): Promise<string> {
  const path = `/api/v1/namespaces/${NAMESPACE}/secrets?labelSelector=${encodeURIComponent(KEYS)}`
  const { body } = (await server.request('GET', path)) as {
    body: { items: readonly { data: Record<string, string> }[] }
  }
  return Buffer.from(body.items[0]?.data['tls.key'] ?? '', 'base64').toString()
}
