import { Composer, Lexer, Parser, YAMLParseError, type CST, type Document, type LineCounter } from 'yaml'

const OPTIONS = {
  schema: 'failsafe',
  resolveKnownTags: false,
  prettyErrors: false,
  // The parser's own check is quadratic in the keys of a mapping.
  uniqueKeys: false,
  logLevel: 'error',
} as const

/** How many problems of one kind are told: whoever has more has made the same mistake over and over. */
export const MOST_PROBLEMS = 100

/**
 * The document with whatever errors are in it, of very many the first hundred; undefined where it nests deeper than the
 * parser can go. The tokens are those of the text, where they are there already.
 */
export function parseFailsafe(
  text: string,
  lineCounter: LineCounter,
  tokens: Iterable<string> = new Lexer().lex(text),
): Document | undefined {
  const { stackTraceLimit } = Error
  // Nobody reads the stacks of its errors, and they take longer than all the rest.
  Error.stackTraceLimit = 0
  try {
    return compose(parse(tokens, lineCounter), text.length)
  } catch (error) {
    // It makes an error of a stack that overflows, but not wherever that happens.
    if (error instanceof RangeError) return undefined
    throw error
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** As the library's `parseDocument` does it, of tokens. */
function compose(tokens: Iterable<CST.Token>, length: number): Document {
  const composer = new Composer(OPTIONS)
  keepFirst(composer)
  const documents = composer.compose(untilErrors(tokens), true, length)
  // There is one of an empty text too.
  const document = documents.next().value as Document
  const { value: second } = documents.next()
  if (second !== undefined)
    document.errors.push(new YAMLParseError([second.range[0], second.range[1]], 'MULTIPLE_DOCS', ''))
  return document
}

function* parse(tokens: Iterable<string>, lineCounter: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lineCounter.addNewLine)
  lineCounter.addNewLine(0)
  for (const token of tokens) yield* parser.next(token)
  yield* parser.end()
}

/** The composer makes an error of every token where nothing fits: they would take longer than all the rest. */
function keepFirst(composer: Composer): void {
  const report = composer['onError'] as Report
  const left = { errors: MOST_PROBLEMS, warnings: MOST_PROBLEMS }
  composer['onError'] = ((...problem) => {
    if (left[problem[3] === true ? 'warnings' : 'errors']-- > 0) report(...problem)
  }) satisfies Report
}

/** Is told the source, the code, the message, and whether it is only a warning. */
type Report = (...problem: readonly unknown[]) => void

function* untilErrors(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  let errors = 0
  for (const token of tokens) {
    yield token
    if (token.type === 'error' && ++errors === MOST_PROBLEMS) return
  }
}
