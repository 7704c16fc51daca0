import { hasControlCharacters } from './config/hidden-characters.ts'
import { didYouMean } from './config/suggest.ts'
import { throwIfAny, type Problem } from './error.ts'
import { INPUTS, MODES, type InputName, type Mode } from './input-table.ts'
import { readApply, type ApplyInputs } from './inputs/apply.ts'
import { wrongMode } from './inputs/later.ts'
import { readScan, type ScanInputs } from './inputs/scan.ts'
import { readRollback, type RollbackInputs } from './inputs/rollback.ts'
import { createParser, defaultOf, type Parser } from './inputs/parser.ts'
import { readRender, type RenderInputs } from './inputs/render.ts'

/** What the step was given, checked and typed. Nothing that may hold a value is a plain string. */
export type Inputs = ApplyInputs | RenderInputs | RollbackInputs | ScanInputs

/** The modes that this version has, each with what reads its inputs. */
const READERS: Readonly<Partial<Record<Mode, (parser: Parser) => Inputs>>> = {
  apply: readApply,
  rollback: readRollback,
  scan: readScan,
  render: readRender,
}

const ONE_LINE = [
  'baseline',
  'sarif',
  'report',
  'config',
  'environment',
  'set',
  'name',
  'namespace',
  'context',
  'audit-log',
  'output-directory',
  'allow-plaintext',
  'certificate',
  'commit-branch',
  'commit-message',
] as const

/** Reads every `INPUT_*` of the environment. Throws all problems together; none quotes what was given. */
export function readInputs(env: Readonly<Record<string, string | undefined>>): Inputs {
  const given = new Map(
    Object.entries(env)
      .filter(([name]) => name.toUpperCase().startsWith('INPUT_'))
      .map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value ?? '']),
  )
  const problems: Problem[] = unknownInputs([...given.keys()])
  const parser = createParser(given, problems)
  const { mode, read } = modeOf(parser, problems)
  const inputs = read(parser)
  problems.push(...misplacedInputs(parser, mode), ...brokenNames(parser))
  throwIfAny(problems)
  return inputs
}

/** The mode; where it is none, `apply` is read on, so that what else is wrong is found too. */
function modeOf({ text }: Parser, problems: Problem[]): { mode: Mode; read: (parser: Parser) => Inputs } {
  const word = text('mode') ?? 'apply'
  const mode = MODES.find((each) => each === word)
  const read = mode === undefined ? undefined : READERS[mode]
  if (mode !== undefined && read !== undefined) return { mode, read }
  problems.push(wrongMode(word, Object.keys(READERS)))
  return { mode: 'apply', read: readApply }
}

function unknownInputs(given: readonly string[]): Problem[] {
  const known = Object.keys(INPUTS)
  return given
    .filter((name) => !known.includes(name))
    .map((name) => ({
      code: 'INPUT_INVALID',
      message: `unknown input \`${name}\``,
      hint: didYouMean(name, known),
    }))
}

/** Inputs that the mode does not know. The defaults of action.yml are always given and are no mistake. */
function misplacedInputs({ text }: Parser, mode: Mode): Problem[] {
  return (Object.keys(INPUTS) as InputName[]).flatMap((name) => {
    const value = text(name)
    const input = INPUTS[name]
    const modes: readonly Mode[] = 'modes' in input ? input.modes : MODES
    if (value === undefined || value === defaultOf(name) || modes.includes(mode)) return []
    return [
      {
        code: 'INPUT_INVALID',
        message: `input \`${name}\` means nothing in \`mode: ${mode}\``,
        hint: `remove it from the step; it belongs to ${modes.map((each) => `\`mode: ${each}\``).join(', ')}`,
      },
    ]
  })
}

/** They are printed: a line break in one would begin a line of the log that is not ours. */
function brokenNames({ text }: Parser): Problem[] {
  return ONE_LINE.filter((name) => hasControlCharacters(text(name) ?? '')).map((name) => ({
    code: 'INPUT_INVALID',
    message: `input \`${name}\` has a line break or another control character in it`,
    hint: 'write it in one line, of characters that show',
  }))
}
