import { throwIfAny, type Place, type Problem } from '../error.ts'
import type { InlineSource } from '../inputs/declared.ts'
import type { Effects } from '../effects.ts'
import { buildConfig, type Chosen } from './build.ts'
import type { Config } from './config.ts'
import { unknownNames } from './names.ts'
import { parseYaml, type Plain } from './document.ts'
import { isMapping } from './overlay.ts'
import type { ConfigFile } from './schema/file.ts'
import type { SecretDeclaration } from './schema/secret.ts'

const ENV_LINE = /^\s*([-._A-Za-z0-9]+)\s*(?:=\s*([A-Za-z_][A-Za-z0-9_]*)\s*)?$/

/**
 * The Config of one Secret declared by inputs. Every literal under `data` is masked before anything else is done with
 * it. Throws all problems together, each with its input and line, never quoting one.
 */
export function inlineConfig(
  source: InlineSource,
  chosen: Omit<Chosen, 'locate' | 'secretLiterals'>,
  secret: Effects['secret'],
): Config {
  const problems: Problem[] = []
  const data = mapping(source.data?.reveal(), 'data', problems)
  for (const [key, text] of Object.entries(data))
    secret(text, `the literal text of the input \`data\`, key ${key}`)
  const fromEnv = parseFromEnv(source.fromEnv, problems)
  for (const key of Object.keys(fromEnv).filter((key) => Object.hasOwn(data, key)))
    problems.push(
      problem(`the key ${key} stands in both \`data\` and \`from-env\``, 'name it once', {
        label: 'input `from-env`',
      }),
    )
  const keys = { ...data, ...fromEnv }
  // That it holds nothing is then no news.
  if (Object.keys(keys).length === 0) throwIfAny(problems)
  const declared: SecretDeclaration = {
    ...(source.type === undefined ? {} : { type: source.type }),
    data: keys,
    labels: mapping(source.labels, 'labels', problems),
    annotations: mapping(source.annotations, 'annotations', problems),
    immutable: source.immutable,
  }
  const file: ConfigFile = { version: '1', secrets: { [source.name]: declared } }
  const built = buildConfig(file, {
    ...chosen,
    secretLiterals: true,
    locate: (path) => ({
      label:
        path[2] === 'data' && path.length > 3
          ? `input \`data\` or \`from-env\`, key ${String(path[3])}`
          : 'the inputs',
    }),
  })
  const unknown = unknownNames(built.config).map((found) => ({ ...found, hint: UNDECLARED }))
  throwIfAny([...problems, ...[...built.problems, ...unknown].map(asInput)])
  return built.config
}

const UNDECLARED =
  'write ${store://key} with a built-in store; `$${` is a literal `${`; for values that may hold `${` use `from-env`'

function asInput(found: Problem): Problem {
  return { ...found, code: 'INPUT_INVALID' }
}

/** A YAML mapping of scalars given as an input. */
function mapping(text: string | undefined, input: string, problems: Problem[]): Record<string, string> {
  if (text === undefined) return {}
  const label = (line: number): Place => ({ label: `input \`${input}\`, line ${line}` })
  const document = parseYaml(text, label)
  problems.push(
    ...document.problems.map((found) => ({
      ...found,
      code: 'INPUT_INVALID' as const,
      hint: `${found.hint}; for values with special characters use \`from-env\``,
    })),
  )
  if (document.problems.length > 0) return {}
  if (isMapping(document.root))
    return scalars(document.root, { input, place: (key) => document.place([key]), problems })
  problems.push(
    problem(`input \`${input}\` is not a YAML mapping`, 'write `KEY: value` lines', {
      label: `input \`${input}\``,
    }),
  )
  return {}
}

function scalars(
  root: { readonly [key: string]: Plain },
  { input, place, problems }: { input: string; place: (key: string) => Place; problems: Problem[] },
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(root).flatMap(([key, value]) => {
      if (typeof value === 'string') return [[key, value]]
      const empty = value === null
      problems.push(
        problem(
          empty ? `a key of input \`${input}\` is empty` : `a key of input \`${input}\` is not a text`,
          empty
            ? 'does the secret exist, and does this event see it? An empty value is written ""'
            : 'write one text a key',
          place(key),
        ),
      )
      return []
    }),
  )
}

/** `KEY` or `KEY=ENV_NAME` lines, as templates. */
function parseFromEnv(text: string | undefined, problems: Problem[]): Record<string, string> {
  const templates = new Map<string, string>()
  for (const [index, line] of (text ?? '').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const match = ENV_LINE.exec(line)
    const at = { label: `input \`from-env\`, line ${index + 1}` }
    const key = match?.[1] ?? ''
    if (match === null)
      problems.push(
        problem(
          'a line that is neither KEY nor KEY=ENV_NAME',
          'name variables here, and give their values by `env:`',
          at,
        ),
      )
    else if (templates.has(key)) problems.push(problem(`the key ${key} a second time`, 'name it once', at))
    else templates.set(key, `\${env://${match[2] ?? key}}`)
  }
  return Object.fromEntries(templates)
}

function problem(message: string, hint: string, at: Place): Problem {
  return { code: 'INPUT_INVALID', message, hint, at }
}
