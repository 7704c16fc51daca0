import { didYouMean } from './config/suggest.ts'
import { ActionError } from './error.ts'
import { INPUTS, type InputName, type Mode } from './input-table.ts'

const USAGE =
  'npx secretferry scan [--staged] [--exit-by-result] [--INPUT VALUE], or npx secretferry render [--INPUT VALUE]'

/** What a command line may ask for: nothing that writes to a cluster. */
const COMMANDS: readonly string[] = ['scan', 'render'] satisfies readonly Mode[]
/** No input: a step has outputs for that. */
const EXIT_BY_RESULT = '--exit-by-result'

/** Whether the exit code is to tell every result of a scan from the others. */
export function asksForResultCodes([command, ...rest]: readonly string[]): boolean {
  return command === 'scan' && rest.includes(EXIT_BY_RESULT)
}

/**
 * The inputs that a command line gives, as the runner would: `scan --staged --fail-on high`, `render --environment staging`.
 * None under a runner, which gives no arguments. Values of secrets are not taken: every process of the machine can read a command line.
 */
export function inputsOfArguments(argv: readonly string[]): Readonly<Record<string, string>> {
  const [command, ...rest] = withoutResultCodes(argv)
  if (command === undefined) return {}
  if (!COMMANDS.includes(command)) throw usage('the command is neither `scan` nor `render`')
  const inputs: Record<string, string> = { INPUT_MODE: command }
  for (let at = 0; at < rest.length; at++) {
    const [flag = '', given] = (rest[at] ?? '').split(/=(.*)/s)
    const name = nameOf(flag)
    const isSwitch = 'default' in INPUTS[name] && INPUTS[name].default === 'false'
    const value = given ?? (isSwitch ? 'true' : rest[++at])
    if (value === undefined) throw usage(`\`--${name}\` wants a value`)
    inputs[`INPUT_${name.toUpperCase()}`] = value
  }
  return inputs
}

function withoutResultCodes(argv: readonly string[]): readonly string[] {
  return asksForResultCodes(argv) ? argv.filter((each) => each !== EXIT_BY_RESULT) : argv
}

const ENVIRONMENT_ONLY: readonly InputName[] = [
  'token',
  'github-token',
  'fingerprint-key',
  'github-secrets',
  'kubeconfig',
  'data',
]

function nameOf(flag: string): InputName {
  const names = Object.keys(INPUTS) as InputName[]
  const name = names.find((each) => `--${each}` === flag)
  if (name === undefined || name === 'mode')
    throw usage(`an argument is not known: ${didYouMean(flag.replace(/^-+/, ''), names)}`)
  if (ENVIRONMENT_ONLY.includes(name))
    throw usage(`\`--${name}\` is not taken from the command line: set INPUT_${name.toUpperCase()}`)
  return name
}

function usage(message: string): ActionError {
  return new ActionError({ code: 'INPUT_INVALID', message, hint: `use it so: ${USAGE}` })
}
