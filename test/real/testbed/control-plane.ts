import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApiClient } from '../../support/api-request.ts'
import {
  makeAuthority,
  makeClientCertificate,
  makeKeyPair,
  makeServerCertificate,
  type Certificate,
} from '../../support/certificates.ts'
import { writeKubeconfig, type Endpoint } from '../../support/kubeconfig.ts'
import { freePorts } from './free-ports.ts'
import type { ProcessGroup } from './processes.ts'
import { toolPath } from './tools.ts'

/** Ready in five seconds on two idle cores. */
const START_LIMIT_MS = 120_000
const ADMINISTRATORS = ['system:masters']

export interface ControlPlaneOptions {
  readonly folder: string
  readonly processes: ProcessGroup
  readonly controllers: boolean
}

export interface ControlPlane {
  readonly endpoint: Endpoint
  readonly authority: Certificate
  readonly admin: Certificate
  readonly token: Token
}

/** A bearer token that the API server knows from the start. */
interface Token {
  readonly user: string
  readonly value: string
}

/** Resolves when everything is ready and the namespaces `default` and `kube-system` exist. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const authority = await makeAuthority()
  const admin = await makeClientCertificate(authority, 'admin', ADMINISTRATORS)
  const token = { user: 'token-user', value: randomBytes(24).toString('base64url') }
  const identity = await writeIdentity(options.folder, authority, token)
  const etcd = await startEtcd(options)
  const endpoint = await startApiServer(options, { etcd, identity, authority, admin })
  if (options.controllers) await startControllers(options, identity, { endpoint, authority })
  return { endpoint, authority, admin, token }
}

/** The files that the components prove themselves and believe others by. */
type Identity = Awaited<ReturnType<typeof writeIdentity>>

async function writeIdentity(folder: string, authority: Certificate, token: Token) {
  const server = await makeServerCertificate(authority)
  const serviceAccount = await makeKeyPair()
  const write = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }
  return {
    ca: write('ca.crt', authority.cert),
    cert: write('server.crt', server.cert),
    key: write('server.key', server.key),
    serviceAccountPublic: write('service-account.pub', serviceAccount.publicKey),
    serviceAccountPrivate: write('service-account.key', serviceAccount.privateKey),
    tokens: write('tokens.csv', `${token.value},${token.user},${token.user}\n`),
  }
}

async function startEtcd({ folder, processes }: ControlPlaneOptions): Promise<string> {
  const program = await toolPath('etcd')
  const [clientPort = 0, peerPort = 0] = await freePorts(2)
  const client = `http://127.0.0.1:${clientPort}`
  const peer = `http://127.0.0.1:${peerPort}`
  const flags = {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'unsafe-no-fsync': 'true',
    'log-level': 'warn',
  }
  const ready = async () => (await fetch(`${client}/health`)).ok
  await processes.start({ name: 'etcd', program, args: asArguments(flags), ready }, START_LIMIT_MS)
  return client
}

interface ApiServerNeeds {
  readonly etcd: string
  readonly identity: Identity
  readonly authority: Certificate
  readonly admin: Certificate
}

async function startApiServer(options: ControlPlaneOptions, needs: ApiServerNeeds): Promise<Endpoint> {
  const program = await toolPath('kube-apiserver')
  const [port = 0] = await freePorts(1)
  const endpoint = { url: `https://127.0.0.1:${port}`, ca: needs.authority.cert }
  const api = openApiClient(endpoint, needs.admin)
  const args = asArguments(apiServerFlags(options.folder, port, needs))
  const ready = async () => {
    const paths = ['/readyz', '/api/v1/namespaces/default', '/api/v1/namespaces/kube-system']
    const answers = await Promise.all(paths.map((path) => api.request('GET', path)))
    return answers.every(({ status }) => status === 200)
  }
  try {
    await options.processes.start({ name: 'kube-apiserver', program, args, ready }, START_LIMIT_MS)
  } finally {
    api.close()
  }
  return endpoint
}

function apiServerFlags(folder: string, port: number, { etcd, identity }: ApiServerNeeds): Flags {
  const generated = join(folder, 'kube-apiserver')
  mkdirSync(generated)
  return {
    'etcd-servers': etcd,
    'bind-address': '127.0.0.1',
    // Without them it looks for an address of this machine's to publish, and fails where there is only loopback.
    'advertise-address': '127.0.0.1',
    'endpoint-reconciler-type': 'none',
    'secure-port': String(port),
    'cert-dir': generated,
    'tls-cert-file': identity.cert,
    'tls-private-key-file': identity.key,
    'client-ca-file': identity.ca,
    'token-auth-file': identity.tokens,
    'service-account-issuer': `https://127.0.0.1:${port}/`,
    'service-account-key-file': identity.serviceAccountPublic,
    'service-account-signing-key-file': identity.serviceAccountPrivate,
    'service-cluster-ip-range': '10.0.0.0/24',
    'authorization-mode': 'RBAC',
    'allow-privileged': 'true',
  }
}

interface Believed {
  readonly endpoint: Endpoint
  readonly authority: Certificate
}

async function startControllers(
  options: ControlPlaneOptions,
  identity: Identity,
  believed: Believed,
): Promise<void> {
  const serving = { 'tls-cert-file': identity.cert, 'tls-private-key-file': identity.key }
  const signing = {
    'service-account-private-key-file': identity.serviceAccountPrivate,
    'root-ca-file': identity.ca,
  }
  await Promise.all([
    startController('kube-controller-manager', options, believed, { ...serving, ...signing }),
    startController('kube-scheduler', options, believed, serving),
  ])
}

async function startController(
  name: 'kube-controller-manager' | 'kube-scheduler',
  { folder, processes }: ControlPlaneOptions,
  { endpoint, authority }: Believed,
  more: Flags,
): Promise<void> {
  const program = await toolPath(name)
  const certificate = await makeClientCertificate(authority, `system:${name}`, ADMINISTRATORS)
  const kubeconfig = join(folder, `${name}.kubeconfig`)
  writeFileSync(kubeconfig, writeKubeconfig(endpoint, name, certificate), { mode: 0o600 })
  const [port = 0] = await freePorts(1)
  const generated = join(folder, name)
  const flags = {
    kubeconfig,
    'leader-elect': 'false',
    'bind-address': '127.0.0.1',
    'secure-port': String(port),
  }
  const args = asArguments({ ...flags, 'cert-dir': generated, ...more })
  const api = openApiClient({ url: `https://127.0.0.1:${port}`, ca: authority.cert })
  const ready = async () => (await api.request('GET', '/healthz')).status === 200
  await processes.start({ name, program, args, ready }, START_LIMIT_MS)
}

type Flags = Readonly<Record<string, string>>

function asArguments(flags: Flags): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
}
