import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import { consumerLeaks } from './leak-consumers.ts'

consumerLeaks(() => startEmbedded())
