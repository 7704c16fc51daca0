import { afterAll, inject } from 'vitest'
import { CONSUMER_SET, consumerScenarios, RESTART_ANNOTATION } from '../scenarios/consumers.ts'
import { FAILS_RESTARTED } from '../scenarios/workload-stage.ts'
import { connectReal } from './connect.ts'
import { startKwok } from './testbed/kwok.ts'

let kwok: { stop(): Promise<void> } | undefined
afterAll(() => kwok?.stop())

consumerScenarios(`the real kube-apiserver, controllers and kwok (${CONSUMER_SET})`, async () => {
  const server = connectReal(inject('real'))
  kwok = await startKwok(server, { label: FAILS_RESTARTED, annotation: RESTART_ANNOTATION })
  return server
})
