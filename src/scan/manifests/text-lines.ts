import type { Part } from './judge.ts'

/** `name = value` on a line of a text: shell, properties, INI, YAML. Offsets are of the value without its quotes. */
export interface Assignment extends Part {
  readonly name: string
  readonly value: string
}

/** The assignments of a text, line by line, each within its line. */
export function assignmentsIn(text: string, from = 0, to = text.length): readonly Assignment[] {
  const found: Assignment[] = []
  for (let start = from; start < to;) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 || newline > to ? to : newline
    const assignment = end - start > LINE_LIMIT ? undefined : assignmentOf(text.slice(start, end))
    if (assignment !== undefined)
      found.push({ ...assignment, start: start + assignment.start, end: start + assignment.end })
    start = end + 1
  }
  return found
}

/** Longer lines are nobody's assignment of a secret. */
const LINE_LIMIT = 8192

const HEAD =
  /^\s{0,200}(?:(?:export|set|ENV|ARG|-|\+)\s{1,4}){0,2}["']?([A-Za-z_][\w.-]{0,127})["']?\s{0,40}(?:=>|:=|[:=](?![=:]))\s{0,40}/

/** The assignment that a line is; undefined for any other. */
export function assignmentOf(line: string): Assignment | undefined {
  const head = HEAD.exec(line)
  if (head === null) return undefined
  const start = head[0].length
  const rest = line.slice(start)
  const quoted = /^(["'`])((?:\\.|(?!\1)[^\\])*)\1/.exec(rest)
  if (quoted !== null)
    return {
      name: head[1] ?? '',
      value: quoted[2] ?? '',
      start: start + 1,
      end: start + quoted[0].length - 1,
    }
  const value = rest
    .replace(/\s+[#;].*$/, '')
    .replace(/[\s,;]+$/, '')
    .replace(/^["']/, '')
  return {
    name: head[1] ?? '',
    value,
    start: start + rest.indexOf(value),
    end: start + rest.indexOf(value) + value.length,
  }
}
