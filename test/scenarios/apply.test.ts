import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { applyScenarios } from './apply.ts'

applyScenarios('the embedded server', startEmbedded)
