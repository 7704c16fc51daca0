import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbedded, type EmbeddedServer } from '../../test/doubles/kube-apiserver/server.ts'
import { fakeEffects } from '../../test/support/effects.ts'
import { plainSecret } from '../../test/support/plain-secret.ts'
import { createDeadline } from '../deadline.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { connect } from '../kubernetes/connect.ts'
import type { Secret } from '../secret.ts'
import type { ExecProbe, HttpProbe } from './check.ts'
import { createProbes, type Probes } from './probes.ts'

interface Got {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let target: Server
let port = 0
const got: Got[] = []

beforeAll(async () => {
  target = createServer((incoming, response) => {
    void buffer(incoming).then((body) => {
      const { method, url, headers } = incoming
      got.push({ method, url, headers, body: body.toString() })
      if (url === '/redirect') response.writeHead(302, { location: '/login' }).end()
      else if (url === '/cut') incoming.socket.destroy()
      else if (url === '/large') response.end(`{"token": "${'x'.repeat(2 * 1024 * 1024)}"}`)
      else response.end('{"token": "t"}')
    })
  })
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  port = (target.address() as AddressInfo).port
})
afterAll(() => target.close())

const at = (limit = 5_000) => ({ namespace: 'default', signal: AbortSignal.timeout(limit) })

function request(path: string, more: Partial<HttpProbe> = {}): HttpProbe {
  return {
    kind: 'http',
    url: new URL(`http://127.0.0.1:${port}${path}`),
    through: undefined,
    method: 'GET',
    headers: new Map<string, Secret>(),
    body: undefined,
    expect: { statuses: undefined, fields: ['token'] },
    ...more,
  }
}

const command = (words: readonly string[], more: Partial<ExecProbe> = {}): ExecProbe => ({
  kind: 'exec',
  target: { kind: 'deployment', name: 'web' },
  container: undefined,
  command: words,
  stdin: undefined,
  showLogs: false,
  ...more,
})

interface Stage {
  readonly server: EmbeddedServer
  readonly cluster: Cluster
  readonly probes: Probes
}

async function start(options: Parameters<typeof startEmbedded>[0] = {}): Promise<Stage> {
  const server = await startEmbedded(options)
  return { server, ...(await connectTo(server.admin)) }
}

async function connectTo(kubeconfig: string): Promise<Omit<Stage, 'server'>> {
  const effects = fakeEffects()
  const cluster = await connect(
    {
      kubeconfig: plainSecret(kubeconfig),
      context: undefined,
      execPlugins: [],
      workspace: '/',
      deadline: createDeadline(60_000),
    },
    effects,
  )
  return { cluster, probes: createProbes(cluster, {}) }
}

async function addWorkload({ server }: Stage): Promise<void> {
  const post = (path: string, body: object) => server.request('POST', path, body)
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }] } }
  await post('/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: labels }, template },
  })
  await post('/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
  })
  for (const [name, ready] of [
    ['web-old', false],
    ['web-new', true],
  ] as const)
    await post('/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels },
      spec: { containers: [{ name: 'main', image: 'x', ports: [{ name: 'web', containerPort: port }] }] },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    })
}

describe('requests', () => {
  const probes = createProbes({ containers: undefined as never }, {})
  const http: Probes['http'] = (probe, where) => probes.http(probe, where)

  test('carry headers and body, and only whether fields are there comes back', async () => {
    const seen = await http(
      request('/login?next=1', {
        method: 'POST',
        headers: new Map([
          ['X-Key', plainSecret('k1')],
          ['Host', plainSecret('app.example')],
        ]),
        body: plainSecret('{"password": "hush"}'),
      }),
      at(),
    )
    expect(seen).toEqual({ status: 200, redirects: false, json: { root: { token: 't' } } })
    expect(got.at(-1)).toMatchObject({ method: 'POST', url: '/login?next=1', body: '{"password": "hush"}' })
    expect(got.at(-1)?.headers).toMatchObject({ 'x-key': 'k1', host: 'app.example', 'content-length': '20' })
  })

  test('follow no redirect', async () => {
    const before = got.length
    expect(await http(request('/redirect'), at())).toMatchObject({ status: 302, redirects: true })
    expect(got.length).toBe(before + 1)
  })

  test('keep nothing of what is larger than a mebibyte', async () => {
    expect(await http(request('/large'), at())).toEqual({ status: 200, redirects: false, json: undefined })
  })

  test('end without an answer where there is none', async () => {
    expect(await http(request('/cut'), at())).toEqual({ errno: 'ECONNRESET' })
    const nobody = new URL('http://127.0.0.1:1/')
    expect(await http(request('/', { url: nobody }), at())).toEqual({ errno: 'ECONNREFUSED' })
  })
})

describe('through the API server', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await start()
    await addWorkload(stage)
  })
  afterAll(async () => {
    stage.cluster.close()
    await stage.server.stop()
  })

  test.each([
    ['a service, to the port that its port leads to', { kind: 'service', name: 'web', port: '80' }],
    ['a service, by the name of its port', { kind: 'service', name: 'web', port: 'http' }],
    ['a workload, by the name of a port of its pods', { kind: 'deployment', name: 'web', port: 'web' }],
    ['a pod', { kind: 'pod', name: 'web-new', port: 'web' }],
  ] as const)('a request goes into a ready pod of %s', async (_what, through) => {
    const body = plainSecret('x'.repeat(100_000))
    const url = new URL('http://web.default.svc/login')
    const probe = request('', { url, through, method: 'POST', body })
    expect(await stage.probes.http(probe, at())).toMatchObject({ status: 200 })
    expect(got.at(-1)).toMatchObject({ url: '/login', headers: { host: 'web.default.svc' } })
    expect(got.at(-1)?.body.length).toBe(100_000)
  })

  test('an answer whose body nobody wants is seen all the same', async () => {
    const through = { kind: 'pod', name: 'web-new', port: 'web' } as const
    const probe = request('/', { through, expect: { statuses: undefined, fields: [] } })
    expect(await stage.probes.http(probe, at())).toEqual({ status: 200, redirects: false, json: undefined })
  })

  test('a port where nobody listens is a refused connection', async () => {
    const through = { kind: 'deployment', name: 'web', port: '1' } as const
    expect(await stage.probes.http(request('/', { through }), at())).toEqual({ errno: 'ECONNREFUSED' })
  })

  test('a command gets its input to the end, and only its exit code and its last words come back', async () => {
    const stdin = plainSecret(`${'x'.repeat(100_000)}end`)
    const executed = await stage.probes.exec(
      command(['sh', '-c', 'wc -c; echo oops >&2; exit 7'], { stdin }),
      at(),
    )
    expect(executed).toEqual({
      end: { kind: 'exited', code: 7 },
      printed: expect.any(String),
      stdinLeftOpen: false,
    })
    expect(executed.printed.split(/\s+/).filter(Boolean).sort()).toEqual(['100003', 'oops'])
  })

  test.each([
    ['ends well', ['true'], { kind: 'exited', code: 0 }],
    ['is not there', ['no-such-program'], { kind: 'not-started', noProgram: true }],
  ] as const)('a command %s', async (_what, words, end) => {
    expect(await stage.probes.exec(command(words), at())).toMatchObject({ end })
  })

  test.each([
    [
      'no such workload',
      { target: { kind: 'deployment', name: 'none' } },
      'there is no deployment default/none',
    ],
    [
      'no pod with the labels',
      { target: { kind: 'selector', selector: 'app=none' } },
      'no pod is ready: pods in default with app=none',
    ],
    [
      'a pod that is not ready',
      { target: { kind: 'pod', name: 'web-old' } },
      'no pod is ready: pod default/web-old',
    ],
  ] as const)('%s is said', async (_what, more, message) => {
    await expect(stage.probes.exec(command(['true'], more), at())).rejects.toThrow(message)
  })

  test('a container that the pod does not have is refused', async () => {
    const run = stage.probes.exec(command(['true'], { container: 'sidecar' }), at())
    await expect(run).rejects.toThrow('command in default/web-new')
  })

  test('a command that does not end is given up', async () => {
    await expect(stage.probes.exec(command(['sleep', '60']), at(200))).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
  })

  test('who may get but not create may not run anything', async () => {
    const kubeconfig = await stage.server.user(
      'reader',
      [
        { apiGroups: ['', 'apps'], resources: ['pods', 'deployments'], verbs: ['get', 'list'] },
        { resources: ['pods/exec'], verbs: ['get'] },
      ],
      { namespaces: ['default'] },
    )
    const { cluster, probes } = await connectTo(kubeconfig)
    await expect(probes.exec(command(['true']), at())).rejects.toMatchObject({ code: 'FORBIDDEN' })
    cluster.close()
  })
})

describe('an API server that can’t say that input has ended', () => {
  test('runs commands all the same', async () => {
    const stage = await start({ streamProtocols: ['v4.channel.k8s.io'] })
    await addWorkload(stage)
    const stdin = plainSecret('line\n')
    const executed = await stage.probes.exec(command(['head', '-n', '1'], { stdin }), at())
    expect(executed).toEqual({ end: { kind: 'exited', code: 0 }, printed: 'line\n', stdinLeftOpen: true })
    stage.cluster.close()
    await stage.server.stop()
  })
})
