import { afterAll, beforeAll, describe } from 'vitest'
import { applyContract } from './api-server/apply.ts'
import { bindingContract } from './api-server/binding.ts'
import { deletionContract } from './api-server/deletion.ts'
import { identityContract } from './api-server/identity.ts'
import { listContract } from './api-server/list.ts'
import { namespaceContract } from './api-server/namespaces.ts'
import { pathContract } from './api-server/paths.ts'
import { quotaContract } from './api-server/quota.ts'
import { rbacContract } from './api-server/rbac.ts'
import { refusalContract } from './api-server/refusals.ts'
import { updateContract } from './api-server/update.ts'
import { validationContract } from './api-server/validation.ts'
import { workloadContract } from './api-server/workloads.ts'
import { makeWorld, type ContractServer } from './api-server/world.ts'

const CONTRACTS = [
  identityContract,
  pathContract,
  namespaceContract,
  applyContract,
  bindingContract,
  updateContract,
  deletionContract,
  validationContract,
  refusalContract,
  listContract,
  rbacContract,
  quotaContract,
  workloadContract,
]

/** What a Kubernetes API server does for Secrets: the embedded one is held to it, and so is the real one. */
export function apiServerContract(name: string, start: () => Promise<ContractServer>): void {
  describe(name, () => {
    let running: ContractServer | undefined
    const world = makeWorld(() => {
      if (running === undefined) throw new Error('the server is not running yet')
      return running
    })
    beforeAll(async () => {
      running = await start()
    })
    afterAll(async () => {
      world.close()
      await running?.stop()
    })
    for (const contract of CONTRACTS) contract(world)
  })
}
