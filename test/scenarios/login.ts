import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Grant, TestServer } from '../support/server.ts'
import { useStage, type Stage } from './stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`
const SECRETS: readonly Grant[] = [
  { resources: ['secrets'], verbs: ['get', 'list', 'create', 'patch', 'update', 'delete'] },
]

/** A server with a bearer token of `token-user`. */
export interface TokenServer extends TestServer {
  readonly token: string
}

interface Kubeconfig {
  clusters: [{ cluster: Record<string, unknown> }]
  users: [{ user: Record<string, unknown> }]
}

/** Every way to reach a cluster and to log in that can be had on one machine. */
export function loginScenarios(name: string, start: () => Promise<TokenServer>): void {
  describe(`logging in, on ${name}`, () => {
    let token = ''
    const stage = useStage(async () => {
      const server = await start()
      token = server.token
      return server
    })
    let proxy: Server & { tunnels?: number }
    beforeAll(async () => {
      proxy = await startConnectProxy()
    })
    afterAll(() => proxy.close())
    const proxyUrl = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const inputs = { name: 'one', 'from-env': 'A' }

    it('through the proxy of the environment, but for a server on the loopback', async () => {
      const namespace = await stage.fresh()
      const before = proxy.tunnels ?? 0
      const kubeconfig = edited(stage, ({ clusters: [{ cluster }] }) => {
        // Only the proxy knows this name.
        cluster['server'] = String(cluster['server']).replace(/127\.0\.0\.1|localhost/, 'api.example.test')
        cluster['tls-server-name'] = 'localhost'
      })
      const through = await stage.run(namespace, {
        inputs: { ...inputs, kubeconfig },
        env: { A: word(), HTTPS_PROXY: proxyUrl() },
      })
      expect(through.exitCode, through.log).toBe(0)
      const used = (proxy.tunnels ?? 0) - before
      expect(used).toBeGreaterThan(0)
      const past = await stage.run(namespace, { inputs, env: { A: word(), HTTPS_PROXY: proxyUrl() } })
      expect(past.exitCode, past.log).toBe(0)
      expect((proxy.tunnels ?? 0) - before).toBe(used)
    })

    it('through the kubeconfig’s proxy-url, and by its tls-server-name', async () => {
      const namespace = await stage.fresh()
      const before = proxy.tunnels ?? 0
      const kubeconfig = edited(stage, ({ clusters: [{ cluster }] }) => {
        cluster['proxy-url'] = proxyUrl()
        cluster['tls-server-name'] = 'localhost'
      })
      const run = await stage.run(namespace, { inputs: { ...inputs, kubeconfig }, env: { A: word() } })
      expect(run.exitCode, run.log).toBe(0)
      expect(proxy.tunnels).toBeGreaterThan(before)
      const wrong = edited(
        stage,
        ({ clusters: [{ cluster }] }) => (cluster['tls-server-name'] = 'elsewhere.example.com'),
      )
      const refused = await stage.run(namespace, {
        inputs: { ...inputs, kubeconfig: wrong },
        env: { A: word() },
      })
      expect(refused.outputs['error-code']).toBe('CLUSTER_UNREACHABLE')
      expect(refused.log).toContain('certificate is not trusted')
    })

    it('with an authority of NODE_EXTRA_CA_CERTS where the kubeconfig names none', async () => {
      const namespace = await stage.fresh()
      const kubeconfig = edited(
        stage,
        ({ clusters: [{ cluster }] }) => delete cluster['certificate-authority-data'],
      )
      const options = {
        inputs: { ...inputs, kubeconfig },
        files: { 'ca.crt': stage.server().ca },
        env: { A: word() },
      }
      const refused = await stage.run(namespace, options)
      expect(refused.log).toContain('certificate is not trusted')
      const run = await stage.run(namespace, {
        ...options,
        env: { ...options.env, NODE_EXTRA_CA_CERTS: 'ca.crt' },
      })
      expect(run.exitCode, run.log).toBe(0)
    })

    it('as somebody else, by impersonation', async () => {
      const namespace = await stage.fresh()
      const user = `as-${namespace}`
      await stage.server().user(user, SECRETS, { namespaces: [namespace] })
      const as = (name: string): string => edited(stage, ({ users: [entry] }) => (entry.user['as'] = name))
      const run = await stage.run(namespace, {
        inputs: { ...inputs, kubeconfig: as(user) },
        env: { A: word() },
      })
      expect(run.exitCode, run.log).toBe(0)
      const refused = await stage.run(namespace, {
        inputs: { ...inputs, kubeconfig: as('nobody') },
        env: { A: word() },
      })
      expect(refused.outputs['error-code']).toBe('FORBIDDEN')
    })

    it('by a log-in command, again when its token runs out, with a small environment', async () => {
      const namespace = await stage.fresh()
      await stage.server().user('token-user', SECRETS, { namespaces: [namespace] })
      const kubeconfig = edited(stage, ({ users: [entry] }) => {
        const env = [{ name: 'TOKEN_OF_THE_TEST', value: token }]
        entry.user = {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: process.execPath,
            args: ['-e', PLUGIN],
            env,
          },
        }
      })
      const options = {
        inputs: { ...inputs, kubeconfig, 'exec-plugins': process.execPath },
        env: { A: word(), NOT_FOR_PLUGINS: word() },
      }
      const run = await stage.run(namespace, { ...options, debug: true })
      expect(run.exitCode, run.log).toBe(0)
      // The token has run out already when it is given: each request needs a new one.
      expect(
        run.log.match(/logged in, kubernetes.io info: true, others' variables: false/g)?.length,
      ).toBeGreaterThan(2)
      expect(run.log).not.toContain(token)
      const unlisted = await stage.run(namespace, { ...options, inputs: { ...inputs, kubeconfig } })
      expect(unlisted.outputs['error-code']).toBe('LOGIN_FAILED')
    })

    it('by a token, and by a file of one', async () => {
      const namespace = await stage.fresh()
      await stage.server().user('token-user', SECRETS, { namespaces: [namespace] })
      const byToken = edited(stage, ({ users: [entry] }) => (entry.user = { token }))
      const byFile = edited(stage, ({ users: [entry] }) => (entry.user = { tokenFile: 'token' }))
      for (const kubeconfig of [byToken, byFile]) {
        const run = await stage.run(namespace, {
          inputs: { ...inputs, kubeconfig },
          files: { token },
          env: { A: word() },
        })
        expect(run.exitCode, run.log).toBe(0)
      }
    })
  })
}

/** Answers an ExecCredential that has run out, and tells on stderr what it sees. */
const PLUGIN = `
  const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO).kind === 'ExecCredential'
  console.error("logged in, kubernetes.io info: " + info + ", others' variables: " + ('NOT_FOR_PLUGINS' in process.env))
  console.log(JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: process.env.TOKEN_OF_THE_TEST, expirationTimestamp: new Date(0).toISOString() },
  }))
`

function edited(stage: Stage, change: (config: Kubeconfig) => unknown): string {
  const config = parse(stage.server().admin) as Kubeconfig
  change(config)
  return stringify(config)
}

/** An HTTP proxy that does nothing but CONNECT, to this machine whatever the name, and counts. */
async function startConnectProxy(): Promise<Server & { tunnels?: number }> {
  const server: Server & { tunnels?: number } = createServer()
  server.on('connect', ({ url = '' }, client) => {
    server.tunnels = (server.tunnels ?? 0) + 1
    const port = Number(url.split(':').at(-1))
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
