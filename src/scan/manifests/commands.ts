import { optionOf, secretsInCommand } from './command-line.ts'
import { isSecret } from './judge.ts'
import { add, judgeScalar, locate, sourceOf, type Sink, type Where } from './sink.ts'
import { itemsOf, type Node, type Scalar } from './yaml/tree.ts'

/** A command as a list of words, or as a text for a shell. */
export function visitCommand(sink: Sink, value: Node, where: Where): void {
  const words = value.kind === 'scalar' ? [value] : itemsOf(value).filter((item) => item.kind === 'scalar')
  const rule = where.rule === 'kubernetes-field' ? 'kubernetes-command' : where.rule
  const at: Where = { ...where, rule, path: [where.path.at(-1) ?? ''] }
  for (const [index, word] of words.entries()) {
    const option = optionOf(words[index - 1]?.text ?? '')
    if (option !== undefined && isSecret(option, word.text, 'named') && !word.text.startsWith('-'))
      add(sink, word, { ...at, path: [...at.path, option] })
    visitWord(sink, word, at)
  }
}

function visitWord(sink: Sink, word: Scalar, at: Where): void {
  const source = sourceOf(sink, word)
  for (const { name, ...part } of secretsInCommand(source))
    add(sink, locate(sink, word, part), { ...at, path: [...at.path, name] })
  judgeScalar(sink, { ...word, text: word.text.replaceAll('\n', ' ') }, { ...at, name: '' })
}
