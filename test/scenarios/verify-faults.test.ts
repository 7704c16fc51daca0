import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { verifyFaultScenarios } from './verify-faults.ts'

verifyFaultScenarios('the embedded server', () => startEmbedded(), { each: 23, whole: false })
