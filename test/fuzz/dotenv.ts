import fc from 'fast-check'
import { dotenv as store } from '../../src/stores/dotenv.ts'
import { parseDotenv } from '../../src/stores/dotenv-grammar.ts'
import { memoryFiles } from '../support/memory-files.ts'
import { storeContext } from '../support/store-context.ts'
import { examples } from './corpus.ts'
import { hostileText } from './hostile.ts'
import { CANARY, type Target } from './target.ts'

const CORPUS = [
  ...examples(/\.env\.example$/),
  `A=${CANARY}\nexport B="${CANARY}\\n" # c\nC='two\n${CANARY}'\r\nD= # nothing\n`,
  'A=b#c\nA2 = "x\\$y" #\n',
]
const SIGNS = [
  ...[
    'A=',
    'B = ',
    'export ',
    '=',
    '"',
    "'",
    '\\',
    '\\n',
    '\\"',
    '\\q',
    '#',
    ' #',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    '$',
    '\ufeff',
  ],
  ...[CANARY, `A=${CANARY}\n`, `"${CANARY}`, `'${CANARY}`, `\\${CANARY}`, 'A="', "A='"],
]

/** `.env` files, of texts and of any bytes. */
export const dotenv: Target<Uint8Array> = {
  name: 'dotenv',
  inputs: fc.oneof(
    { weight: 9, arbitrary: hostileText(CORPUS, SIGNS).map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: hostileText(CORPUS, SIGNS).map((text) => Buffer.from(text, 'latin1')) },
  ),
  async run(content) {
    const { problems } = parseDotenv(content)
    // Never wrapped in an error of its own: what it says, it says with the problems.
    await store
      .open({}, storeContext({ files: memoryFiles({ f: content }) }))
      .read({ key: 'f', property: 'A' })
    return problems.map(({ message, hint }) => `${message} ${hint}`)
  },
}
