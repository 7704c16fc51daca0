import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { lostRunnerScenarios } from './lost-runner.ts'

lostRunnerScenarios('the embedded server', startEmbedded, { whole: false })
