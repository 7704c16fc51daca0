import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { trustScenarios } from './trust.ts'

trustScenarios('the embedded server', startEmbedded)
