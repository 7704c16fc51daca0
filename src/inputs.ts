import { throwIfAny, type Problem } from './error.ts'
import { hasControlCharacters } from './config/control-characters.ts'
import { HISTORY_LIMIT, isHistory } from './config/history.ts'
import { didYouMean } from './config/suggest.ts'
import { parseDuration } from './duration.ts'
import { INPUTS, type InputName } from './input-table.ts'
import { laterInputs } from './inputs-later.ts'
import { Secret } from './secret.ts'

/** What the step was given, checked and typed. Nothing that may hold a value is a plain string. */
export interface Inputs {
  readonly mode: 'apply'
  readonly source: { readonly kind: 'file'; readonly path: string; readonly explicit: boolean } | InlineSource
  readonly environment: string | undefined
  readonly set: string | undefined
  readonly namespace: string | undefined
  /** `toJSON(secrets)`. Masked value by value as soon as it is parsed. */
  readonly githubSecrets: Secret | undefined
  /** The kubeconfig's YAML, its base64, or a path. Its credentials are masked as soon as it is parsed. */
  readonly kubeconfig: Secret | undefined
  readonly context: string | undefined
  readonly dryRun: boolean
  readonly createNamespace: boolean
  readonly timeoutMs: number
  /** Undefined: what the file says. */
  readonly journal: boolean | undefined
  readonly lockTimeoutMs: number
  /** How many former states are kept; undefined: what the file says. */
  readonly history: number | undefined
  readonly execPlugins: readonly string[]
  readonly auditLog: string | undefined
}

/** One Secret declared by inputs alone. `data` is YAML that may hold values, masked as soon as it is parsed. */
export interface InlineSource {
  readonly kind: 'inline'
  readonly name: string
  readonly type: string | undefined
  readonly data: Secret | undefined
  readonly fromEnv: string | undefined
  readonly labels: string | undefined
  readonly annotations: string | undefined
  readonly immutable: boolean
}

export const DEFAULT_CONFIG = '.github/secretferry.yml'
const INLINE_ONLY = ['type', 'data', 'from-env', 'labels', 'annotations', 'immutable'] as const
const ONE_LINE = ['config', 'environment', 'set', 'name', 'namespace', 'context', 'audit-log'] as const

/** Reads every `INPUT_*` of the environment. Throws all problems together; none quotes what was given. */
export function readInputs(env: Readonly<Record<string, string | undefined>>): Inputs {
  const given = new Map(
    Object.entries(env)
      .filter(([name]) => name.toUpperCase().startsWith('INPUT_'))
      .map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value ?? '']),
  )
  const problems: Problem[] = unknownInputs([...given.keys()])
  const text = (name: InputName): string | undefined => {
    const value = given.get(name) ?? ''
    return value.trim() === '' ? undefined : value.trim()
  }
  const block = (name: InputName): string | undefined =>
    text(name) === undefined ? undefined : given.get(name)
  const parse = parser({ text, block }, problems)
  const inputs: Inputs = {
    mode: 'apply',
    source: parse.source(),
    environment: text('environment'),
    set: text('set'),
    namespace: text('namespace'),
    githubSecrets: parse.hidden('github-secrets'),
    kubeconfig: parse.hidden('kubeconfig'),
    context: text('context'),
    dryRun: parse.flag('dry-run'),
    createNamespace: parse.flag('create-namespace'),
    timeoutMs: parse.duration('timeout'),
    journal: parse.journal(),
    lockTimeoutMs: parse.duration('lock-timeout', { zero: true }),
    history: parse.history(),
    execPlugins: (text('exec-plugins') ?? '').split(/[\s,]+/).filter((word) => word !== ''),
    auditLog: text('audit-log'),
  }
  parse.refuseLater()
  problems.push(...brokenNames(text))
  throwIfAny(problems)
  return inputs
}

type Text = (name: InputName) => string | undefined

interface Texts {
  /** Trimmed; undefined where nothing is given. */
  readonly text: Text
  /** As it was given, for YAML, whose indentation and last line ends count. */
  readonly block: Text
}

interface Parser {
  source(): Inputs['source']
  hidden(name: InputName): Secret | undefined
  flag(name: InputName): boolean
  duration(name: InputName, options?: { readonly zero: boolean }): number
  journal(): boolean | undefined
  history(): number | undefined
  refuseLater(): void
}

function parser({ text, block }: Texts, problems: Problem[]): Parser {
  const invalid: Invalid = (message, hint) => {
    problems.push({ code: 'INPUT_INVALID', message, hint })
  }
  const hidden = (name: InputName): Secret | undefined => conceal(text(name))
  const flag = (name: InputName): boolean => {
    const value = text(name) ?? 'false'
    if (value !== 'true' && value !== 'false')
      invalid(`input \`${name}\` is neither true nor false`, 'write `true` or `false`')
    return value === 'true'
  }
  return {
    hidden,
    flag,
    source: () => readSource({ text, block, flag, invalid }),
    journal: () => readJournal(text('journal'), invalid),
    history: () => readHistory(text('history'), invalid),
    duration(name, { zero } = { zero: false }) {
      const ms = parseDuration(text(name) ?? defaultOf(name), zero)
      if (ms === undefined)
        invalid(`input \`${name}\` is not a duration`, 'write a number with a unit: `90s`, `5m`, `1h`')
      return ms ?? 0
    },
    refuseLater() {
      problems.push(...laterInputs(text))
    },
  }
}

type Invalid = (message: string, hint: string) => void

interface Sources extends Texts, Pick<Parser, 'flag'> {
  readonly invalid: Invalid
}

function readJournal(word: string | undefined, invalid: Invalid): boolean | undefined {
  if (word !== undefined && word !== 'on' && word !== 'off')
    invalid('input `journal` is neither on nor off', 'write `on` or `off`')
  return word === undefined ? undefined : word !== 'off'
}

function readHistory(number: string | undefined, invalid: Invalid): number | undefined {
  if (number === undefined) return undefined
  if (!isHistory(number))
    invalid(
      `input \`history\` is not a number from 0 to ${HISTORY_LIMIT}`,
      'write how many former states are to be kept: `3`',
    )
  return Number(number)
}

function readSource({ text, block, flag, invalid }: Sources): Inputs['source'] {
  const name = text('name')
  const config = text('config')
  if (name === undefined) {
    for (const input of INLINE_ONLY)
      if (text(input) !== undefined && !(input === 'immutable' && text(input) === 'false'))
        invalid(
          `input \`${input}\` declares a Secret, but \`name\` is not set`,
          'set `name`, or declare the Secret in the configuration file',
        )
    return { kind: 'file', path: config ?? DEFAULT_CONFIG, explicit: config !== undefined }
  }
  if (config !== undefined)
    invalid('inputs `name` and `config` together', 'declare the Secret by inputs or in the file, not both')
  if (text('data') === undefined && text('from-env') === undefined)
    invalid('input `name` without `data` or `from-env`', 'say what the Secret holds')
  return {
    kind: 'inline',
    name,
    type: text('type'),
    data: conceal(block('data')),
    fromEnv: text('from-env'),
    labels: block('labels'),
    annotations: block('annotations'),
    immutable: flag('immutable'),
  }
}

/** Masked leaf by leaf when it is parsed: masks of its `{` and `kind: Config` lines would eat the log. */
function conceal(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : Secret.of(value, () => undefined)
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

/** They are printed: a line break in one would begin a line of the log that is not ours. */
function brokenNames(text: Text): Problem[] {
  return ONE_LINE.filter((name) => hasControlCharacters(text(name) ?? '')).map((name) => ({
    code: 'INPUT_INVALID',
    message: `input \`${name}\` has a line break or another control character in it`,
    hint: 'write it in one line, of characters that show',
  }))
}

function defaultOf(name: InputName): string {
  const input = INPUTS[name]
  return 'default' in input ? input.default : ''
}
