import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { loginScenarios } from './login.ts'

loginScenarios('the embedded server', startEmbedded)
