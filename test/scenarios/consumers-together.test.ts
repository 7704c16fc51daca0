import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { togetherConsumerScenarios } from './consumers-together.ts'

togetherConsumerScenarios('the embedded server', () => startEmbedded(), { rounds: 3 })
