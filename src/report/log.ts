import type { Log } from '../effects.ts'
import type { Place } from '../error.ts'
import { ownLine } from '../foreign-text.ts'

/** How the runner is talked to, as far as a log needs it. */
export interface Runner {
  readonly info: (text: string) => void
  readonly debug: (text: string) => void
  readonly notice: (text: string, properties?: Annotation) => void
  readonly warning: (text: string, properties?: Annotation) => void
  readonly error: (text: string, properties?: Annotation) => void
  readonly startGroup: (title: string) => void
  readonly endGroup: () => void
}

export interface Annotation {
  readonly title?: string
  readonly file?: string
  readonly startLine?: number
  readonly startColumn?: number
}

/** The log of a run: workflow commands under a runner, plain lines elsewhere. Everything goes to stdout. */
export function createLog(runner: Runner, underActions: boolean, debugging: boolean): Log {
  if (!underActions) return plainLog(runner.info, debugging)
  return {
    info: (text) => runner.info(ownLine(text)),
    debug: (text) => runner.debug(ownLine(text)),
    notice: (text, at) => runner.notice(withLabel(text, at), annotationOf(at)),
    warning: (text, at) => runner.warning(withLabel(text, at), annotationOf(at)),
    error: (text, at) => runner.error(withLabel(text, at), annotationOf(at)),
    group(title, lines) {
      runner.startGroup(ownLine(title))
      for (const line of lines) runner.info(ownLine(line))
      runner.endGroup()
    },
    section(title) {
      runner.startGroup(ownLine(title))
      return { info: (text) => runner.info(ownLine(text)), end: () => runner.endGroup() }
    },
  }
}

function plainLog(write: (line: string) => void, debugging: boolean): Log {
  const print = (line: string): void => write(ownLine(line))
  const leveled =
    (level: string) =>
    (text: string, at?: Place): void =>
      print(`${level}: ${describePlace(at)}${text}`)
  return {
    info: print,
    debug: (text) => {
      if (debugging) print(`debug: ${text}`)
    },
    notice: leveled('notice'),
    warning: leveled('warning'),
    error: leveled('error'),
    group(title, lines) {
      print(title)
      for (const line of lines) print(line)
    },
    section(title) {
      print(title)
      return { info: print, end: () => undefined }
    },
  }
}

function withLabel(text: string, at: Place | undefined): string {
  return ownLine(at?.label === undefined ? text : `${at.label}: ${text}`)
}

function annotationOf(at: Place | undefined): Annotation {
  if (at?.file === undefined) return {}
  const { file, line, column } = at
  return {
    file,
    ...(line === undefined ? {} : { startLine: line }),
    ...(column === undefined ? {} : { startColumn: column }),
  }
}

function describePlace(at: Place | undefined): string {
  if (at?.label !== undefined) return `${at.label}: `
  if (at?.file === undefined) return ''
  return `${[at.file, at.line, at.column].filter((part) => part !== undefined).join(':')}: `
}
