import type { Inputs } from '../inputs.ts'
import type { Outcome } from '../outcome.ts'
import type { World } from './world.ts'

/** Does what the step asks for, by its mode; no mode loads what another needs. Throws when nothing was done at all. */
export async function runMode(inputs: Inputs, world: World): Promise<Outcome> {
  switch (inputs.mode) {
    case 'apply': {
      const { apply } = await import('./apply.ts')
      return apply(inputs, world)
    }
    case 'rollback': {
      const { rollback } = await import('./rollback.ts')
      return rollback(inputs, world)
    }
    case 'scan': {
      const { scanRepository } = await import('./scan.ts')
      return scanRepository(inputs, world)
    }
    case 'render': {
      const { render } = await import('./render.ts')
      return render(inputs, world)
    }
    default:
      throw new Error(`unreachable: ${String(inputs satisfies never)}`)
  }
}
