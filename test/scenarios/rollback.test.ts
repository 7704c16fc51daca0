import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { rollbackScenarios } from './rollback.ts'

rollbackScenarios('the embedded server', startEmbedded, { whole: false })
