import { afterAll, inject } from 'vitest'
import { consumerFaultScenarios } from '../scenarios/consumer-faults.ts'
import { togetherConsumerScenarios } from '../scenarios/consumers-together.ts'
import { CONSUMER_SET, consumerScenarios, RESTART_ANNOTATION } from '../scenarios/consumers.ts'
import { FAILS_RESTARTED } from '../scenarios/workload-stage.ts'
import type { TestServer } from '../support/server.ts'
import { connectReal } from './connect.ts'
import { startKwok } from './testbed/kwok.ts'

let kwok: Promise<{ stop(): Promise<void> }> | undefined
afterAll(async () => (await kwok)?.stop())

const NAME = `the real kube-apiserver, controllers and kwok (${CONSUMER_SET})`

async function start(): Promise<TestServer> {
  const server = connectReal(inject('real'))
  await (kwok ??= startKwok(server, { label: FAILS_RESTARTED, annotation: RESTART_ANNOTATION }))
  return server
}

consumerScenarios(NAME, start, { whole: true })
consumerFaultScenarios(NAME, start, { each: 3, atOnce: 6 })
togetherConsumerScenarios(NAME, start, { rounds: 50 })
