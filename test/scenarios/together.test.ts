import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { togetherScenarios } from './together.ts'

togetherScenarios('the embedded server', startEmbedded, { rounds: 2, waiting: 1 })
