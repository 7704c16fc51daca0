import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { faultScenarios } from './faults.ts'

faultScenarios('the embedded server', startEmbedded, { whole: false })
