import { isSecret, passwordsInUrls } from './judge.ts'
import { add, type Sink, type Where } from './sink.ts'
import { assignmentsIn } from './text-lines.ts'

const WHERE = { rule: 'terraform', manner: 'named', object: '' } as const

/** Attributes and defaults of variables that are literals. */
export function visitTerraform(sink: Sink): void {
  const variables = variablesIn(sink.text)
  for (const { name, value, start, end } of assignmentsIn(sink.text)) {
    const quoted = /["'`]/.test(sink.text[start - 1] ?? '')
    if (!quoted) continue
    const variable =
      name === 'default' ? variables.find((each) => each.start < start && end < each.end) : undefined
    const called = variable?.name ?? name
    const where: Where = { ...WHERE, path: variable === undefined ? [name] : ['variable', called] }
    if (isSecret(called, value, 'named')) add(sink, { start, end }, where)
    for (const part of passwordsInUrls(value))
      add(sink, { start: start + part.start, end: start + part.end }, where)
  }
}

interface Block {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** The blocks of variables: each ends where a line begins with its brace. */
function variablesIn(text: string): readonly Block[] {
  return [...text.matchAll(/^variable\s{1,4}"([\w-]{1,128})"\s{0,4}\{/gm)].map(({ 1: name = '', index }) => {
    const close = text.indexOf('\n}', index)
    const line = text.indexOf('\n', index)
    const inline = text
      .slice(index, line === -1 ? text.length : line)
      .trimEnd()
      .endsWith('}')
    return { name, start: index, end: inline || close === -1 ? (line === -1 ? text.length : line) : close }
  })
}
