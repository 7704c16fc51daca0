import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { consumerScenarios, RESTART_ANNOTATION } from './consumers.ts'

consumerScenarios('the embedded server', async () => {
  const server = await startEmbedded()
  server.kubelet.judge = ({ metadata: { labels = {}, annotations = {} } }) =>
    labels['fails'] === 'restarted' && annotations[RESTART_ANNOTATION] !== undefined
      ? { reason: 'CrashLoopBackOff' }
      : undefined
  return server
})
