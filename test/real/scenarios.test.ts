import { inject } from 'vitest'
import { applyScenarios } from '../scenarios/apply.ts'
import { faultScenarios } from '../scenarios/faults.ts'
import { handOverScenarios } from '../scenarios/hand-over.ts'
import { interferenceScenarios } from '../scenarios/interference.ts'
import { journalScenarios } from '../scenarios/journal.ts'
import { loginScenarios } from '../scenarios/login.ts'
import { ownershipScenarios } from '../scenarios/ownership.ts'
import { pruneScenarios } from '../scenarios/prune.ts'
import { refusalScenarios } from '../scenarios/refusals.ts'
import { rollbackScenarios } from '../scenarios/rollback.ts'
import { trustScenarios } from '../scenarios/trust.ts'
import { connectReal } from './connect.ts'

const real = () => Promise.resolve(connectReal(inject('real')))

applyScenarios('the real kube-apiserver', real)
faultScenarios('the real kube-apiserver', real, { whole: true })
refusalScenarios('the real kube-apiserver', real, { whole: true })
trustScenarios('the real kube-apiserver', real)
loginScenarios('the real kube-apiserver', real)
interferenceScenarios('the real kube-apiserver', real)
journalScenarios('the real kube-apiserver', real, { whole: true })
handOverScenarios('the real kube-apiserver', real)
ownershipScenarios('the real kube-apiserver', real, { whole: true })
pruneScenarios('the real kube-apiserver', real, { whole: true })
rollbackScenarios('the real kube-apiserver', real, { whole: true })
