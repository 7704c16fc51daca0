import type { Problem } from '../error.ts'
import type { ParsedDocument, Path, Plain } from './document.ts'
import { hasControlCharacters } from './hidden-characters.ts'
import { MOST_PROBLEMS } from './parser.ts'
import { isMapping } from './overlay.ts'

const NAMES: readonly unknown[] = ['name', 'namespace', 'namespaces']

/**
 * The names in a file that have one, of very many the first hundred: any key, the set, and the names and namespaces of
 * Secrets. None is quoted.
 */
export function controlCharacters({ root, place }: ParsedDocument): readonly Problem[] {
  const problem = (path: Path, key: boolean): Problem => ({
    code: 'CONFIG_INVALID',
    message: 'a name has a line break or another control character in it',
    hint: 'write it in one line, of characters that show',
    at: place(path, { key }),
  })
  const find = (node: Plain, path: Path): readonly Problem[] => {
    if (typeof node === 'string')
      return isName(path) && hasControlCharacters(node) ? [problem(path, false)] : []
    if (Array.isArray(node))
      return (node as readonly Plain[]).flatMap((each, index) => find(each, [...path, index]))
    if (!isMapping(node)) return []
    return Object.entries(node).flatMap(([key, value]) =>
      hasControlCharacters(key) ? [problem([...path, key], true)] : find(value, [...path, key]),
    )
  }
  return find(root, []).slice(0, MOST_PROBLEMS)
}

function isName(path: Path): boolean {
  const [first, , third, ...rest] = path[0] === 'environments' ? path.slice(2) : path
  if (first === 'secrets') return NAMES.includes(third) && rest.length <= 1
  return (first === 'set' || first === 'namespace') && third === undefined
}
