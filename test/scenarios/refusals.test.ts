import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { refusalScenarios } from './refusals.ts'

refusalScenarios('the embedded server', startEmbedded, { whole: false })
