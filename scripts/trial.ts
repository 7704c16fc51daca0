import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stringify } from 'yaml'

const TOKEN = 'trial-trial-trial'
const NEVER = '2099-01-01T00:00:00Z'

export interface Trial {
  readonly what: string
  readonly seconds: number
}

/**
 * Runs the bundle in `dist` once for each of its parts, copied to where no node_modules can help it. Throws where a run
 * does not end as it must: with the error code that only the right part can lead to.
 */
export async function tryOut(dist: string): Promise<readonly Trial[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'secretferry-trial-'))
  const server = await listen(refuser())
  const proxy = await listen(socksProxy(server))
  try {
    await cp(dist, path.join(folder, 'dist'), { recursive: true })
    const trials: Trial[] = []
    for (const [what, inputs, code] of runs(addressOf(server), addressOf(proxy))) {
      const { error, seconds, printed } = await runOnce(folder, inputs)
      if (error !== code) throw new Error(`${what}: ended with "${error}" instead of ${code}\n${printed}`)
      trials.push({ what, seconds })
    }
    return trials
  } finally {
    server.close()
    proxy.close()
    await rm(folder, { recursive: true, force: true })
  }
}

type Inputs = Readonly<Record<string, string>>

/** A run that ends in FORBIDDEN has sent the token to the server: the lazy chunk was there and did its work. */
function runs(server: string, proxy: string): readonly (readonly [string, Inputs, string])[] {
  const provider = { name: 'gcp', config: { 'access-token': TOKEN, expiry: NEVER } }
  return [
    ['the entry alone', { dryrun: 'true' }, 'INPUT_INVALID'],
    ['a scan', { mode: 'scan' }, 'NOT_SCANNED'],
    ['a token', declared({ server: `http://${server}` }, { token: TOKEN }), 'FORBIDDEN'],
    [
      '@kubernetes/client-node',
      declared({ server: `http://${server}` }, { 'auth-provider': provider }),
      'FORBIDDEN',
    ],
    [
      'socks-proxy-agent',
      declared({ server: 'http://127.0.0.1:1', 'proxy-url': `socks5://${proxy}` }, { token: TOKEN }),
      'FORBIDDEN',
    ],
  ]
}

/** An API server that knows the token and allows it nothing. */
function refuser(): Server {
  return createHttpServer((request, response) => {
    const code = request.headers.authorization === `Bearer ${TOKEN}` ? 403 : 401
    response.writeHead(code, { 'content-type': 'application/json' })
    const reason = code === 403 ? 'Forbidden' : 'Unauthorized'
    response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code }))
  })
}

/** A SOCKS 5 proxy that leads everybody to `server` (RFC 1928, sections 3 and 6). */
function socksProxy(server: Server): Server {
  return createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]))
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
        server.emit('connection', socket)
      })
    })
  })
}

async function listen(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function addressOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The inputs of one Secret, for that cluster and user. */
function declared(cluster: object, user: object): Inputs {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'trial', cluster }],
    users: [{ name: 'trial', user }],
    contexts: [{ name: 'trial', context: { cluster: 'trial', user: 'trial', namespace: 'trial' } }],
    'current-context': 'trial',
  }
  return { name: 'trial', data: 'key: trial-trial-value', timeout: '20s', kubeconfig: stringify(kubeconfig) }
}

interface Ended {
  readonly error: string
  readonly seconds: number
  readonly printed: string
}

async function runOnce(folder: string, inputs: Inputs): Promise<Ended> {
  const output = path.join(folder, 'output')
  const workspace = path.join(folder, 'workspace')
  await mkdir(workspace, { recursive: true })
  await writeFile(output, '')
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const env = {
    ...(Object.fromEntries(given) as Inputs),
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: output,
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: 'octo/app',
    RUNNER_TEMP: folder,
    ...(process.env['SystemRoot'] === undefined ? {} : { SystemRoot: process.env['SystemRoot'] }),
  }
  const start = performance.now()
  const child = spawn(process.execPath, [path.join(folder, 'dist', 'index.js')], { cwd: workspace, env })
  const printed: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
  await once(child, 'close')
  const seconds = (performance.now() - start) / 1000
  const error = /^error-code<<(\S+)\r?\n(.*?)\r?\n\1/m.exec(await readFile(output, 'utf8'))?.[2] ?? 'nothing'
  return { error, seconds, printed: Buffer.concat(printed).toString() }
}
