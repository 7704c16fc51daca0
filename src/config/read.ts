import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'
import type { Mode } from '../input-table.ts'
import type { DeclaredInputs } from '../inputs/declared.ts'
import type { Config } from './config.ts'
import { inlineConfig } from './inline.ts'
import { loadConfig } from './load.ts'

/** The configuration that the inputs ask for: a file's, for the chosen environment, or one Secret of the inputs. */
export async function readConfig(
  inputs: DeclaredInputs & { readonly mode: Mode },
  effects: Effects,
): Promise<Config> {
  const { source, environment, namespace, mode } = inputs
  const setFor = (declared: string | undefined): string =>
    inputs.set ?? declared ?? defaultSet(inputs, effects.env)
  if (source.kind === 'inline')
    return inlineConfig(source, { environment, namespace, set: setFor(undefined) }, effects.secret)
  const { path, explicit } = source
  return loadConfig({ path, explicit, environment, mode, namespace, setFor }, effects.files)
}

function defaultSet({ environment }: DeclaredInputs, env: Effects['env']): string {
  const repository = env['GITHUB_REPOSITORY']
  if (repository === undefined || repository === '')
    throw new ActionError({
      code: 'INPUT_INVALID',
      message: 'whose Secrets these are is not known: GITHUB_REPOSITORY is not set',
      hint: 'set the `set` input to a name of your own, such as owner/repository/environment',
    })
  return environment === undefined ? repository : `${repository}/${environment}`
}
