import { ActionError, throwIfAny, type Place, type Problem } from '../error.ts'
import type { Mode } from '../input-table.ts'
import type { Files } from '../effects.ts'
import { buildConfig } from './build.ts'
import type { Config } from './config.ts'
import { controlCharacters } from './control-characters.ts'
import { parseYaml, type ParsedDocument, type Path, type Plain } from './document.ts'
import { forEnvironment, isMapping } from './overlay.ts'
import { fileSchema, type ConfigFile } from './schema/file.ts'
import { didYouMean, listNames } from './suggest.ts'
import { unknownNames } from './names.ts'
import { storeProblems } from './stores.ts'
import { unavailable } from './unavailable.ts'
import { validate, type Locate } from './validate.ts'

/** A configuration file is written by hand: a mebibyte of it is a mistake. */
const SIZE_LIMIT = 1024 * 1024
/** The whole file is checked for each environment. */
const MOST_ENVIRONMENTS = 50

export interface FileChoice {
  readonly path: string
  /** Whether the user named the path, for the words when there is none. */
  readonly explicit: boolean
  readonly environment: string | undefined
  /** What the run does; not given: apply. */
  readonly mode?: Mode
  readonly namespace: string | undefined
  /** The set for what the file says of it; undefined there: the default. Throws when there is no default. */
  readonly setFor: (declared: string | undefined) => string
}

/** Reads and checks the configuration file for the chosen environment. Throws every problem in it together. */
export async function loadConfig(choice: FileChoice, files: Files): Promise<Config> {
  const bytes = await files.read(choice.path, SIZE_LIMIT)
  const file = files.display(choice.path)
  if (bytes === undefined) throw notFound(choice, file)
  return parseConfig(decode(bytes, file), choice, file)
}

/** The environments that a file declares; undefined where there is no file. Of one that is no YAML: none. */
export async function environmentNamesOf(path: string, files: Files): Promise<readonly string[] | undefined> {
  const bytes = await files.read(path, SIZE_LIMIT)
  if (bytes === undefined) return undefined
  const file = files.display(path)
  const { root } = parseYaml(decode(bytes, file), (line, column) => ({ file, line, column }))
  return isMapping(root) ? environmentNames(root) : []
}

/** The Config in the text of a file; pure. */
export function parseConfig(
  text: string,
  choice: Omit<FileChoice, 'path' | 'explicit'>,
  file: string,
): Config {
  const document = parseYaml(text, (line, column) => ({ file, line, column }))
  throwIfAny(document.problems)
  throwIfAny(controlCharacters(document))
  const whole = validate(fileSchema, document.root, document.place)
  if ('problems' in whole) throwIfAny(whole.problems)
  const root = document.root as { readonly [key: string]: Plain }
  checkEnvironment(root, choice.environment, document.place([]))
  const elsewhere = environmentNames(root)
    .filter((name) => name !== choice.environment)
    .flatMap((name) => problemsOf(validateMerged(document, root, name)))
  const checked = validateMerged(document, root, choice.environment)
  throwIfAny('problems' in checked ? [...checked.problems, ...elsewhere] : [])
  const merged = (checked as { value: ConfigFile }).value
  const locate = locateIn(document, choice.environment)
  const { config, problems } = buildConfig(merged, {
    ...choice,
    set: choice.setFor(merged.set),
    locate,
    secretLiterals: false,
  })
  throwIfAny([
    ...elsewhere,
    ...problems,
    ...(config.secrets.length === 0 && choice.mode !== 'scan' ? [nothingDeclared(locate)] : []),
    ...storeProblems(config, locate),
    ...unknownNames(config),
    ...unavailable(merged, config, { mode: choice.mode ?? 'apply', locate }),
  ])
  return WRITING.includes(choice.mode ?? 'apply') ? config : { ...config, checks: [] }
}

/** Where something is written, and so verified. */
const WRITING: readonly Mode[] = ['apply', 'rollback']

function validateMerged(
  document: ParsedDocument,
  root: { readonly [key: string]: Plain },
  environment: string | undefined,
): Checked {
  return validate(fileSchema, forEnvironment(root, environment), locateIn(document, environment))
}

type Checked = { readonly value: ConfigFile } | { readonly problems: readonly Problem[] }

function problemsOf(checked: Checked): readonly Problem[] {
  return 'problems' in checked ? checked.problems : []
}

/** A run that has nothing to do by mistake would look like one where all is well. */
function nothingDeclared(locate: Locate): Problem {
  return {
    code: 'CONFIG_INVALID',
    message: 'no Secret is declared for this run',
    hint: 'declare one under `secrets`, or leave the step out where there is none',
    at: locate(['secrets'], { key: true }),
  }
}

/** Finds a path of the merged file where it was written: in the environment's overlay, else in the file's own part. */
function locateIn(document: ParsedDocument, environment: string | undefined): Locate {
  if (environment === undefined) return document.place
  return (path, options) => {
    const overlaid = ['environments', environment, ...path]
    const there = depthOf(document.root, overlaid) - 2
    const isThere = there === path.length || there > depthOf(document.root, path)
    return document.place(isThere ? overlaid : path, options)
  }
}

/** How many steps of the path there are. */
function depthOf(root: Plain, path: Path): number {
  let node: Plain | undefined = root
  for (const [depth, step] of path.entries()) {
    if (Array.isArray(node)) node = (node as readonly Plain[])[Number(step)]
    else node = isMapping(node) ? node[String(step)] : undefined
    if (node === undefined) return depth
  }
  return path.length
}

function environmentNames(root: { readonly [key: string]: Plain }): readonly string[] {
  const environments = root['environments']
  return isMapping(environments) ? Object.keys(environments) : []
}

function checkEnvironment(
  root: { readonly [key: string]: Plain },
  chosen: string | undefined,
  at: Place,
): void {
  const names = environmentNames(root)
  if (names.length > MOST_ENVIRONMENTS)
    throw new ActionError({
      code: 'CONFIG_INVALID',
      message: `more than ${MOST_ENVIRONMENTS} environments`,
      hint: 'split the file, and name the one to use by the `config` input',
      at,
    })
  if (names.length === 0 || (chosen !== undefined && names.includes(chosen))) return
  throw new ActionError({
    code: 'INPUT_INVALID',
    message:
      chosen === undefined
        ? 'the file declares environments, but none is chosen'
        : `the file does not declare the environment \`${chosen}\``,
    hint:
      chosen === undefined
        ? `set the \`environment\` input to one of: ${listNames(names)}`
        : didYouMean(chosen, names),
    at,
  })
}

function notFound({ explicit }: FileChoice, file: string): ActionError {
  return new ActionError({
    code: 'CONFIG_NOT_FOUND',
    message: `there is no configuration file at ${file}`,
    hint: explicit
      ? 'check the `config` input, and that actions/checkout ran before this step'
      : 'create it, check that actions/checkout ran before this step, or declare one Secret by the inputs `name` and `data` or `from-env`',
  })
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new ActionError(
      {
        code: 'CONFIG_INVALID',
        message: 'the configuration file is not UTF-8',
        hint: 'save it as UTF-8',
        at: { file },
      },
      { cause },
    )
  }
}
