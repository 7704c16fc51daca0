import { inject } from 'vitest'
import { apiServerContract } from '../contract/api-server.ts'
import { connectReal } from './connect.ts'

apiServerContract('the real kube-apiserver', () => Promise.resolve(connectReal(inject('real'))))
