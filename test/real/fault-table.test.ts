import { inject } from 'vitest'
import { faultTableScenarios } from '../scenarios/fault-table.ts'
import { connectReal } from './connect.ts'

const real = () => Promise.resolve(connectReal(inject('real')))

/** A fifth of the table; all of it: `SECRETFERRY_FAULT_TABLE=whole npm run test:real`. */
const of = process.env['SECRETFERRY_FAULT_TABLE'] === 'whole' ? 1 : 5

faultTableScenarios('the real kube-apiserver', real, { whole: true, of })
