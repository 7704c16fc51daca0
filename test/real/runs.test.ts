import { inject } from 'vitest'
import { journalKillScenarios } from '../scenarios/journal-kills.ts'
import { killScenarios } from '../scenarios/kills.ts'
import { lostRunnerScenarios } from '../scenarios/lost-runner.ts'
import { togetherScenarios } from '../scenarios/together.ts'
import { connectReal } from './connect.ts'

const real = () => Promise.resolve(connectReal(inject('real')))

journalKillScenarios('the real kube-apiserver', real)
killScenarios('the real kube-apiserver', real, { kills: 200 })
togetherScenarios('the real kube-apiserver', real, { rounds: 50, waiting: 10 })
lostRunnerScenarios('the real kube-apiserver', real, { whole: true })
