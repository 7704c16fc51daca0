import { afterAll, inject } from 'vitest'
import { leakScenarios } from '../scenarios/leaks.ts'
import { connectReal } from './connect.ts'
import { freePorts } from './testbed/free-ports.ts'
import { NONE_FAILS, onThisMachine } from './testbed/host-pods.ts'
import { startKwok } from './testbed/kwok.ts'

let kwok: { stop(): Promise<void> } | undefined
afterAll(() => kwok?.stop())
const [port = 0] = await freePorts(1)

leakScenarios(
  'the real kube-apiserver',
  async () => {
    const server = connectReal(inject('real'))
    kwok = await startKwok(server, NONE_FAILS, onThisMachine([port]))
    return server
  },
  { whole: true, port },
)
