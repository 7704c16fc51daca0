import type { Config } from '../config/config.ts'
import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'
import type { RenderInputs } from '../inputs/render.ts'
import { Secret } from '../secret.ts'
import type { PlannedFile } from './plan-files.ts'

/** The `output-directory` by which a local run prints Secrets as they are, for a pipe. */
export const STANDARD_OUTPUT = '-'

/** Refuses to print under a runner, whose log keeps what is printed, and what belongs into files. */
export function demandPrintable({ deliver }: Config, { commit }: RenderInputs, { print }: Effects): void {
  const refuse = (message: string, hint: string): ActionError =>
    new ActionError({ code: 'OUTPUT_INVALID', message, hint })
  if (print === undefined)
    throw refuse(
      'standard output is a log here, and would keep the Secrets that are printed to it',
      'print them in a local run alone (`npx secretferry render --output-directory -`), or render to a directory of `${{ runner.temp }}`',
    )
  if (deliver !== 'apply' || commit !== 'none')
    throw refuse(
      `\`output-directory: ${STANDARD_OUTPUT}\` prints Secrets as they are, for a pipe`,
      'name a directory for what is delivered otherwise, or is committed',
    )
}

/** Prints all that was rendered as documents of one YAML stream. Throws where not all of it could be. */
export async function printPlanned(planned: readonly PlannedFile[], print: Effects['print']): Promise<void> {
  try {
    for (const { content } of planned) {
      if (!(content instanceof Secret)) continue
      await print?.(SEPARATOR)
      await print?.(content)
    }
  } catch (cause) {
    throw new ActionError(
      {
        code: 'OUTPUT_INVALID',
        message: `not all Secrets were printed: standard output was closed or full (${codeOf(cause)})`,
        hint: 'look at what the command behind the pipe says; some Secrets may have reached it',
      },
      { cause },
    )
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error'
}

const SEPARATOR = Secret.of('---\n', () => undefined)
