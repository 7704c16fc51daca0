import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { pruneScenarios } from './prune.ts'

pruneScenarios('the embedded server', startEmbedded, { whole: false })
