import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { apiServerContract } from './api-server.ts'

apiServerContract('the embedded API server', startEmbedded)
