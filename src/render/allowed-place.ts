import type { Config } from '../config/config.ts'
import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'

/** Refuses Secrets as they are anywhere but under RUNNER_TEMP and in the directory that `allow-plaintext` names. */
export async function demandPlace(config: Config, directory: string, { output }: Effects): Promise<void> {
  if (config.deliver !== 'apply' || (await output.isTemporary(directory))) return
  const { allowPlaintext } = config
  if (allowPlaintext !== undefined && normal(allowPlaintext) === normal(directory)) return
  throw new ActionError({
    code: 'OUTPUT_INVALID',
    message: `${directory} is in the workspace, and \`deliver: apply\` renders Secrets as they are: whoever can read the files could read them`,
    hint: 'seal them (`deliver: sealed-secret`), render to a directory of `${{ runner.temp }}`, or name this one in `allow-plaintext` where that is meant',
  })
}

function normal(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/+)+/, '')
    .replace(/\/+$/, '')
    .replace(/\/{2,}/g, '/')
}
