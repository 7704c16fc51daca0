import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { leakScenarios } from './leaks.ts'

leakScenarios('the embedded server', startEmbedded, { whole: false })
