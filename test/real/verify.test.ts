import { afterAll, inject } from 'vitest'
import { exampleScenarios } from '../scenarios/examples.ts'
import { verifyFaultScenarios } from '../scenarios/verify-faults.ts'
import { verifyScenarios } from '../scenarios/verify.ts'
import type { TestServer } from '../support/server.ts'
import { connectReal } from './connect.ts'
import { freePorts } from './testbed/free-ports.ts'
import { NONE_FAILS, onThisMachine } from './testbed/host-pods.ts'
import { startKwok } from './testbed/kwok.ts'

let kwok: Promise<{ stop(): Promise<void> }> | undefined
afterAll(async () => (await kwok)?.stop())

/** Where the applications listen: kwok has to know before it starts. */
const ports = await freePorts(3)
const [first = 0, second = 0, third = 0] = ports

async function real(): Promise<TestServer> {
  const server = connectReal(inject('real'))
  kwok ??= startKwok(server, NONE_FAILS, onThisMachine(ports))
  await kwok
  return server
}

verifyScenarios('the real kube-apiserver and kwok', real, first)
exampleScenarios('the real kube-apiserver and kwok', real, second)
verifyFaultScenarios('the real kube-apiserver and kwok', real, { each: 5, whole: true, port: third })
