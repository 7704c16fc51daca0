import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { faultTableScenarios } from './fault-table.ts'

faultTableScenarios('the embedded server', startEmbedded, { whole: false })
