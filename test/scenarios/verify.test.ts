import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { verifyScenarios } from './verify.ts'

verifyScenarios('the embedded server', () => startEmbedded())
