import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { ownershipScenarios } from './ownership.ts'

ownershipScenarios('the embedded server', startEmbedded, { whole: false })
