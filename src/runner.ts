import { randomUUID } from 'node:crypto'
import { accessSync, appendFileSync } from 'node:fs'
import { EOL } from 'node:os'
import type { Annotation, Runner } from './report/log.ts'

/** The runner as main.ts needs it: workflow commands on standard output, and command files. */
export interface CommandRunner extends Runner {
  /** Has the runner mask texts from now on, each neither blank nor of several lines. One write, for each wakes the runner. */
  readonly setSecrets: (texts: readonly string[]) => void
  /** Appends an output to the file that `file` names. Throws where there is none. */
  readonly setOutput: (file: string, name: string, value: string) => void
  /** Appends to the summary in `file`. Throws where there is none. */
  readonly addSummary: (file: string, text: string) => void
}

/**
 * What `@actions/core` says, byte for byte, to which the tests hold it. The toolkit itself loads an HTTP client for
 * its OIDC log-in: 25 ms and 15 MB of each run (docs/performance.md).
 */
export function createRunner(write: (text: string) => void): CommandRunner {
  const command = (name: string, text: string, properties = ''): void => write(line(name, text, properties))
  const annotation =
    (name: string) =>
    (text: string, at: Annotation = {}): void =>
      command(name, text, propertiesOf(at))
  return {
    info: (text) => write(`${text}${EOL}`),
    debug: (text) => command('debug', text),
    notice: annotation('notice'),
    warning: annotation('warning'),
    error: annotation('error'),
    startGroup: (title) => command('group', title),
    endGroup: () => command('endgroup', ''),
    setSecrets: (texts) => write(texts.map((text) => line('add-mask', text)).join('')),
    setOutput(file, name, value) {
      // Nobody who writes the value can guess it.
      const delimiter = `ghadelimiter_${randomUUID()}`
      append(file, `${name}<<${delimiter}${EOL}${value}${EOL}${delimiter}${EOL}`)
    },
    addSummary: append,
  }
}

function line(name: string, text: string, properties = ''): string {
  return `::${name}${properties}::${escape(text)}${EOL}`
}

/** The runner makes its files before the step: one that is not there is not made. */
function append(file: string, text: string): void {
  accessSync(file)
  appendFileSync(file, text)
}

function propertiesOf(at: Annotation): string {
  if (Object.keys(at).length === 0) return ''
  const given = Object.entries({ title: at.title, file: at.file, line: at.startLine, col: at.startColumn })
    .filter(([, value]) => value !== undefined && value !== '' && value !== 0)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
  return ` ${given.join(',')}`
}

function escape(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escape(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
