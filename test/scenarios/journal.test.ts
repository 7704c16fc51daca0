import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { journalScenarios } from './journal.ts'

journalScenarios('the embedded server', startEmbedded, { whole: false })
