import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { exampleScenarios } from './examples.ts'

exampleScenarios('the embedded server', () => startEmbedded())
