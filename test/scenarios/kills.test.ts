import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { killScenarios } from './kills.ts'

killScenarios('the embedded server', startEmbedded, { kills: 8 })
