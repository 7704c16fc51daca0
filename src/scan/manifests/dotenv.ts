import { isSecret } from './judge.ts'
import { add, partsOf, type Sink, type Where } from './sink.ts'
import { assignmentsIn } from './text-lines.ts'

/** Files of `NAME=value` lines. */
export function visitDotenv(sink: Sink): void {
  for (const { name, value, start, end } of assignmentsIn(sink.text)) {
    const where: Where = { rule: 'dotenv', manner: 'named', object: '', path: [name] }
    if (isSecret(name, value, 'named')) add(sink, { start, end }, where)
    else
      for (const part of partsOf(name, value))
        add(sink, { start: start + part.start, end: start + part.end }, where)
  }
}
