import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { consumerFaultScenarios } from './consumer-faults.ts'

consumerFaultScenarios('the embedded server', () => startEmbedded(), { each: 73, atOnce: 4 })
