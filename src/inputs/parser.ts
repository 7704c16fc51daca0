import { parseDuration } from '../duration.ts'
import type { Problem } from '../error.ts'
import { INPUTS, type InputName } from '../input-table.ts'
import { Secret } from '../secret.ts'

/** Reads inputs one by one. What is wrong is gathered, never thrown, and never quotes what was given. */
export interface Parser {
  /** Trimmed; undefined where nothing is given. */
  readonly text: (name: InputName) => string | undefined
  /** As it was given, for YAML, whose indentation and last line ends count; undefined where nothing is given. */
  readonly block: (name: InputName) => string | undefined
  /** Text that may hold values. Masked when it is parsed, leaf by leaf: masks of its `{` and `kind: Config` lines would eat the log. */
  readonly hidden: (name: InputName) => Secret | undefined
  /** As `hidden`, of a block. */
  readonly hiddenBlock: (name: InputName) => Secret | undefined
  /** `true` or `false`; false where nothing is given. */
  readonly flag: (name: InputName) => boolean
  /** Milliseconds. Zero is a duration only where it is said. */
  readonly duration: (name: InputName, options?: { readonly zero: boolean }) => number
  /** One of the words; undefined where nothing is given. */
  readonly word: <W extends string>(name: InputName, words: readonly W[]) => W | undefined
  /** Words between white space and commas. */
  readonly list: (name: InputName) => readonly string[]
  /** One thing that is wrong. */
  readonly invalid: (message: string, hint: string) => void
}

/** A parser of these inputs (names in lower case) that adds what is wrong to `problems`. */
export function createParser(given: ReadonlyMap<string, string>, problems: Problem[]): Parser {
  const text: Parser['text'] = (name) => {
    const value = given.get(name)?.trim() ?? ''
    return value === '' ? undefined : value
  }
  const block: Parser['block'] = (name) => (text(name) === undefined ? undefined : given.get(name))
  const invalid: Parser['invalid'] = (message, hint) => {
    problems.push({ code: 'INPUT_INVALID', message, hint })
  }
  return {
    text,
    block,
    invalid,
    hidden: (name) => conceal(text(name)),
    hiddenBlock: (name) => conceal(block(name)),
    list: (name) => (text(name) ?? '').split(/[\s,]+/).filter((word) => word !== ''),
    flag(name) {
      const value = text(name) ?? 'false'
      if (value !== 'true' && value !== 'false')
        invalid(`input \`${name}\` is neither true nor false`, 'write `true` or `false`')
      return value === 'true'
    },
    duration(name, { zero } = { zero: false }) {
      const ms = parseDuration(text(name) ?? defaultOf(name) ?? '', zero)
      if (ms === undefined)
        invalid(`input \`${name}\` is not a duration`, 'write a number with a unit: `90s`, `5m`, `1h`')
      return ms ?? 0
    },
    word(name, words) {
      const value = text(name)
      const known = words.find((word) => word === value)
      if (value !== undefined && known === undefined)
        invalid(`input \`${name}\` is ${neither(words)}`, `write ${words.map(code).join(' or ')}`)
      return known
    },
  }
}

/** What action.yml declares; undefined where the input has no default. */
export function defaultOf(name: InputName): string | undefined {
  const input = INPUTS[name]
  return 'default' in input ? input.default : undefined
}

function conceal(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : Secret.of(value, () => undefined)
}

function neither(words: readonly string[]): string {
  return words.length === 2 ? `neither ${words.join(' nor ')}` : `none of ${words.join(', ')}`
}

function code(word: string): string {
  return `\`${word}\``
}
