import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const files = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .sort()

/** The files of the examples whose path matches. */
export function examples(pattern: RegExp): readonly string[] {
  return files
    .filter((file) => pattern.test(file))
    .map((file) => readFileSync(join(ROOT, 'examples', file), 'utf8'))
}

/** The blocks of a language in the README. */
export function readmeBlocks(language: string): readonly string[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll('\r\n', '\n')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  )
}
