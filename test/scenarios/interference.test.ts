import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { interferenceScenarios } from './interference.ts'

interferenceScenarios('the embedded server', startEmbedded)
