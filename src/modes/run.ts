import type { Inputs } from '../inputs.ts'
import type { Outcome } from '../outcome.ts'
import { apply } from './apply.ts'
import type { World } from './world.ts'

/** Does what the step asks for, by its mode. Throws when nothing was done at all. */
export async function runMode(inputs: Inputs, world: World): Promise<Outcome> {
  return apply(inputs, world)
}
