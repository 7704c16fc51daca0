import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { handOverScenarios } from './hand-over.ts'

handOverScenarios('the embedded server', startEmbedded)
