import { startEmbedded, type EmbeddedServer } from '../doubles/kube-apiserver/server.ts'
import { consumerScenarios, RESTART_ANNOTATION } from './consumers.ts'

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbedded()
  server.kubelet.judge = ({ metadata: { labels = {}, annotations = {} } }) =>
    labels['fails'] === 'restarted' && annotations[RESTART_ANNOTATION] !== undefined
      ? { reason: 'CrashLoopBackOff' }
      : undefined
  return server
}

consumerScenarios('the embedded server', start, { whole: false })
