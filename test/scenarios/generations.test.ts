import { identifySet } from '../../src/kubernetes/set.ts'
import { startEmbedded, type EmbeddedServer } from '../doubles/kube-apiserver/server.ts'
import { CONSUMER_SET } from './consumers.ts'
import { generationScenarios } from './generations.ts'

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbedded()
  const mark = `secretferry.github.io/names-${identifySet(CONSUMER_SET).digest}`
  server.kubelet.judge = ({ metadata: { labels = {}, annotations = {} } }) =>
    labels['fails'] === 'restarted' && annotations[mark] !== undefined
      ? { reason: 'CrashLoopBackOff' }
      : undefined
  return server
}

generationScenarios('the embedded server', start)
