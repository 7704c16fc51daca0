import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbedded, type EmbeddedServer } from '../../test/doubles/kube-apiserver/server.ts'
import { badGateway, throttled, type Fault } from '../../test/faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../../test/faults/proxy.ts'
import { fakeEffects } from '../../test/support/effects.ts'
import { makeSelfSigned } from '../../test/support/certificates.ts'
import { createDeadline } from '../deadline.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { connect } from '../kubernetes/connect.ts'
import { Secret } from '../secret.ts'
import { findController } from './controller.ts'
import { askController } from './verify.ts'

const SERVICE = 'kube-system/http:sealed-secrets-controller:'
const LIMIT_MS = 2500
const NOWHERE = { namespace: undefined, name: undefined, port: undefined }

describe('the controller behind a network that fails', () => {
  let server: EmbeddedServer
  let proxy: FaultProxy
  let cert = ''
  let asked = 0
  beforeAll(async () => {
    server = await startEmbedded()
    proxy = await startFaultProxy(server)
    cert = (await makeSelfSigned({ subject: { commonName: 'sealed' }, keyType: 'rsa' })).cert
    server.services.set(SERVICE, ({ path }) => {
      if (path === '/v1/cert.pem') return { status: 200, body: cert }
      asked++
      return { status: 200, body: '' }
    })
  })
  afterAll(() => Promise.all([server.stop(), proxy.stop()]))

  async function reach<T>(use: (cluster: Cluster, signal: AbortSignal) => Promise<T>): Promise<T> {
    const kubeconfig = Secret.of(proxy.kubeconfig(server.admin), () => undefined)
    const deadline = createDeadline(LIMIT_MS)
    const options = { kubeconfig, context: undefined, execPlugins: [], workspace: '/', deadline }
    const cluster = await connect(options, fakeEffects({ now: Date.now }))
    try {
      return await use(cluster, deadline.signal)
    } finally {
      cluster.close()
    }
  }
  const fetchAndAsk = (): Promise<readonly object[]> =>
    reach(async (cluster, signal) => {
      const controller = await findController(cluster, NOWHERE)
      expect(Buffer.from(controller.certificate).toString()).toBe(cert)
      return askController(cluster, controller, {
        questions: [{ shown: 'one.yaml', text: 'sealed' }],
        signal,
      })
    })
  const isProxied = ({ path }: { path: string }): boolean => path.includes('/services/')
  const passing: Readonly<Record<string, Fault>> = {
    'cut before it is read': { kind: 'refuse' },
    'cut after it is read': { kind: 'swallow' },
    'cut after its effect': { kind: 'cut-after' },
    'cut in its answer': { kind: 'cut-answer' },
    throttled: { kind: 'answer', answer: throttled() },
    late: { kind: 'delay', ms: 200 },
  }

  it.each(Object.entries(passing))('asks again where a request is %s', async (_name, fault) => {
    for (const from of [1, 2]) {
      const before = asked
      proxy.set([{ when: isProxied, fault, from, times: 1 }])
      expect(await fetchAndAsk()).toEqual([])
      expect(asked).toBeGreaterThan(before)
    }
  })

  it.each<[string, Fault, string]>([
    ['cut', { kind: 'swallow' }, 'CLUSTER_UNREACHABLE'],
    ['not answered', { kind: 'hang' }, 'TIMEOUT'],
    ['throttled', { kind: 'answer', answer: throttled() }, 'THROTTLED'],
    ['answered by a load balancer', { kind: 'answer', answer: badGateway() }, 'SEALED_INVALID'],
  ])('never takes a question that is %s for a yes, however long it lasts', async (_name, fault, expected) => {
    const isQuestion = ({ path }: { path: string }): boolean => path.endsWith('/v1/verify')
    proxy.set([{ when: isQuestion, fault }])
    const told = await fetchAndAsk().catch((error: unknown) => [error as object])
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ code: expected })
  })
})
