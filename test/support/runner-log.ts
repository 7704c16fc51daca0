import { createRunnerMasker, type RunnerMasker } from './runner-masking.ts'

/** A `::command key=value::data` of a line, or its old form `##[command key=value]data`. The name is in lower case. */
export interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  /** Masked, and cut to 4,096 characters, as the run's page shows it. */
  readonly message: string
  readonly title?: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly endLine?: number
  readonly endColumn?: number
}

export interface LogOptions {
  /** Whether ACTIONS_STEP_DEBUG is set: `::debug::` lines are shown. */
  readonly debug?: boolean
  /** The job's own secrets, masked before the step starts. */
  readonly secrets?: readonly string[]
}

/** A line of the log as it was before the masker, and as anybody with access to the run reads it. */
export interface LogLine {
  readonly raw: string
  readonly shown: string
}

export interface RunnerLog {
  readonly lines: readonly LogLine[]
  /** At most ten of a level, as the runner keeps them. */
  readonly annotations: readonly Annotation[]
  /** What the runner itself complains of: empty masks, disabled commands. */
  readonly complaints: readonly string[]
  readonly masker: RunnerMasker
}

/** What the runner's log shows of a step's standard output, line after line: masks only hide what follows them. */
export function readLog(stdout: string, options: LogOptions = {}): RunnerLog {
  const reader = createReader(options)
  const lines = stdout.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  for (const line of lines) reader.read(line)
  return reader.log
}

/** The command in a line, if the runner knows one of that name. */
export function parseCommand(line: string, registered: ReadonlySet<string> = COMMANDS): Command | undefined {
  return parseModern(line.trimStart(), registered) ?? parseOld(line, registered)
}

const COMMANDS: ReadonlySet<string> = new Set(
  (
    'add-mask add-path set-env set-output save-state add-matcher remove-matcher debug warning error notice ' +
    'group endgroup echo stop-commands'
  ).split(' '),
)

const LONGEST_ANNOTATION = 4096
const MOST_ANNOTATIONS = 10

function createReader({ debug = false, secrets = [] }: LogOptions): {
  read(line: string): void
  log: RunnerLog
} {
  const masker = createRunnerMasker()
  for (const secret of secrets) masker.addSecret(secret)
  const log = { lines: [] as LogLine[], annotations: [] as Annotation[], complaints: [] as string[], masker }
  const registered = new Set(COMMANDS)
  let resume: string | undefined
  let echo = false

  const print = (message: string): void => {
    const raw = message.split(/\r\n|\r|\n/)
    // The whole message is masked before it is split.
    const shown = masker.mask(message).split(/\r\n|\r|\n/)
    if (raw.length === shown.length)
      raw.forEach((line, n) => log.lines.push({ raw: line, shown: shown[n] ?? '' }))
    else log.lines.push({ raw: message, shown: masker.mask(message) })
  }
  const complain = (text: string): void => {
    log.complaints.push(text)
    print(`##[error]${text}`)
  }
  const annotate = (level: Annotation['level'], command: Command): void => {
    print(`##[${level}]${command.data}`)
    const message = masker.mask(command.data).slice(0, LONGEST_ANNOTATION)
    if (log.annotations.filter((each) => each.level === level).length >= MOST_ANNOTATIONS) return
    log.annotations.push({ level, message, ...place(command.properties, masker) })
  }
  const obey = (command: Command): void => {
    switch (command.name) {
      case 'add-mask':
        if (command.data.trim() === '')
          complain("Can't add secret mask for empty string in ##[add-mask] command.")
        else masker.addMask(command.data)
        return
      case 'error':
      case 'warning':
      case 'notice': {
        annotate(command.name, command)
        return
      }
      case 'debug':
        if (debug) print(`##[debug]${command.data}`)
        return
      case 'group':
      case 'endgroup': {
        print(`##[${command.name}]${command.data}`)
        return
      }
      case 'echo':
        echo = command.data.trim().toLowerCase() === 'on'
        return
      case 'stop-commands':
        resume = command.data.toLowerCase()
        registered.add(resume)
        return
      case 'add-path':
      case 'set-env': {
        complain(`The \`${command.name}\` command is disabled.`)
        return
      }
      default:
        return
    }
  }
  const read = (line: string): void => {
    const command = parseCommand(line, registered)
    if (command === undefined) {
      print(line)
      return
    }
    if (resume !== undefined) {
      print(line)
      if (command.name !== resume) return
      registered.delete(resume)
      resume = undefined
      return
    }
    if (command.name === 'stop-commands') print(line)
    else if (echo) print(command.name === 'add-mask' ? '::add-mask::***' : line)
    obey(command)
  }
  return { read, log }
}

function parseModern(line: string, registered: ReadonlySet<string>): Command | undefined {
  if (!line.startsWith('::')) return undefined
  const end = line.indexOf('::', 2)
  if (end < 0) return undefined
  const { name, rest } = splitName(line.slice(2, end))
  if (!registered.has(name)) return undefined
  return {
    name,
    properties: readProperties(rest.trim(), ',', MODERN_PROPERTY),
    data: unescape(line.slice(end + 2), DATA),
  }
}

function parseOld(line: string, registered: ReadonlySet<string>): Command | undefined {
  const start = line.indexOf('##[')
  const end = line.indexOf(']', start)
  if (start < 0 || end < 0) return undefined
  const { name, rest } = splitName(line.slice(start + 3, end))
  if (!registered.has(name)) return undefined
  return { name, properties: readProperties(rest, ';', OLD), data: unescape(line.slice(end + 1), OLD) }
}

function splitName(info: string): { name: string; rest: string } {
  const space = info.indexOf(' ')
  if (space < 0) return { name: info.toLowerCase(), rest: '' }
  return { name: info.slice(0, space).toLowerCase(), rest: info.slice(space + 1) }
}

type Escapes = readonly (readonly [escaped: string, character: string])[]

/** In the order in which the runner undoes them: `%25` last. */
const DATA: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
]
const MODERN_PROPERTY: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
]
const OLD: Escapes = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
  ['%25', '%'],
]

function unescape(text: string, escapes: Escapes): string {
  return escapes.reduce((done, [escaped, character]) => done.replaceAll(escaped, character), text)
}

function readProperties(text: string, separator: string, escapes: Escapes): Record<string, string> {
  const pairs = text.split(separator).flatMap((property) => {
    const at = property.indexOf('=')
    if (at <= 0 || at === property.length - 1) return []
    return [[property.slice(0, at).toLowerCase(), unescape(property.slice(at + 1), escapes)] as const]
  })
  return Object.fromEntries(pairs)
}

function place(
  properties: Command['properties'],
  masker: RunnerMasker,
): Omit<Annotation, 'level' | 'message'> {
  const { title, file, line, col, endline, endcolumn } = properties
  return {
    ...(title === undefined ? {} : { title: masker.mask(title) }),
    ...(file === undefined ? {} : { file: masker.mask(file) }),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(col === undefined ? {} : { column: Number(col) }),
    ...(endline === undefined ? {} : { endLine: Number(endline) }),
    ...(endcolumn === undefined ? {} : { endColumn: Number(endcolumn) }),
  }
}
