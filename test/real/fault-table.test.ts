import { inject } from 'vitest'
import { faultTableScenarios } from '../scenarios/fault-table.ts'
import { connectReal } from './connect.ts'

const real = () => Promise.resolve(connectReal(inject('real')))

faultTableScenarios('the real kube-apiserver', real, { whole: true })
