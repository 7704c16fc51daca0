import { afterAll, inject } from 'vitest'
import { identifySet } from '../../src/kubernetes/set.ts'
import { CONSUMER_SET } from '../scenarios/consumers.ts'
import { generationScenarios } from '../scenarios/generations.ts'
import { FAILS_RESTARTED } from '../scenarios/workload-stage.ts'
import type { TestServer } from '../support/server.ts'
import { connectReal } from './connect.ts'
import { startKwok } from './testbed/kwok.ts'

let kwok: Promise<{ stop(): Promise<void> }> | undefined
afterAll(async () => (await kwok)?.stop())

const MARK = `secretferry.github.io/names-${identifySet(CONSUMER_SET).digest}`

async function start(): Promise<TestServer> {
  const server = connectReal(inject('real'))
  await (kwok ??= startKwok(server, { label: FAILS_RESTARTED, annotation: MARK }))
  return server
}

generationScenarios(`the real kube-apiserver, controllers and kwok (${CONSUMER_SET})`, start)
