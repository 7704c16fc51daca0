import type { Place } from '../error.ts'
import type { Fault } from '../values/reference.ts'
import { parseTemplate, placeholders } from '../values/template.ts'
import type { TemplateSpec } from './config.ts'
import type { Path } from './document.ts'
import type { Locate } from './validate.ts'

export interface CheckContext {
  readonly environment: string | undefined
  readonly locate: Locate
  readonly report: (fault: Fault, at: Place) => void
  readonly template: (text: string, path: Path) => TemplateSpec
}

export const IN_URL: Fault = {
  message: 'a placeholder in a URL',
  hint: 'URLs end up in the logs of servers and proxies: put the value into a header or the body; `$${` is a literal `${`',
}
export const IN_COMMAND: Fault = {
  message: 'a placeholder in a command',
  hint: 'commands are part of a URL, which lands in the API server’s audit log: give the value by `stdin`; `$${` is a literal `${`',
}
const NO_PLACE: Fault = {
  message: 'a placeholder where no value may stand',
  hint: 'values may stand in headers, `basic-auth`, `body` and `stdin`; `$${` is a literal `${`',
}

/** Reads text in which no value may stand; `{environment}` is the chosen one. */
export function textReader({ environment, locate, report }: CheckContext) {
  return (text: string, path: Path, misplaced: Fault = NO_PLACE): string => {
    const parsed = parseTemplate(text, { environment, secretLiterals: false })
    const at = locate(path)
    if (!parsed.ok) report(parsed, at)
    else if (placeholders(parsed.value).length > 0) report(misplaced, at)
    const literal = parsed.ok
      ? parsed.value.parts.map((part) => (part.kind === 'literal' ? part.text : ''))
      : []
    return literal.join('').replaceAll('{environment}', () => environment ?? '{environment}')
  }
}
