import { inject } from 'vitest'
import { applyScenarios } from '../scenarios/apply.ts'
import { faultScenarios } from '../scenarios/faults.ts'
import { connectReal } from './connect.ts'

const real = () => Promise.resolve(connectReal(inject('real')))

applyScenarios('the real kube-apiserver', real)
faultScenarios('the real kube-apiserver', real, { whole: true })
