import { inject } from 'vitest'
import { leakScenarios } from '../scenarios/leaks.ts'
import { connectReal } from './connect.ts'

leakScenarios('the real kube-apiserver', () => Promise.resolve(connectReal(inject('real'))), { whole: true })
