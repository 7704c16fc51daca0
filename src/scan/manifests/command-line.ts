import { isSecret, type Manner, type Part } from './judge.ts'

/** A secret in a command line, by what it is called there. */
export interface Argument extends Part {
  readonly name: string
}

/** The secrets that stand in a command line, or in a script of some. */
export function secretsInCommand(text: string): readonly Argument[] {
  if (text.length > TEXT_LIMIT) return []
  const found = FORMS.flatMap(({ pattern, name, manner }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const [option, value = ''] = name === undefined ? [match[1] ?? '', match[2]] : [name, match[1]]
      const bare = value.replace(/^(["'])([^]*)\1$/, '$2')
      if (!isSecret(option, bare, manner)) return []
      const start = match.index + match[0].lastIndexOf(bare)
      return [{ name: option, start, end: start + bare.length }]
    }),
  )
  return found.filter(
    (each, index) => !found.slice(0, index).some(({ start, end }) => each.start < end && start < each.end),
  )
}

/** Scripts are shorter by far. */
const TEXT_LIMIT = 200_000

/** An option without its value: `--password`. */
export function optionOf(text: string): string | undefined {
  return /^--?([a-z][\w.-]{0,60})$/i.exec(text.trim())?.[1]
}

interface Form {
  /** Groups: the option's name and its value; where `name` tells what it is called, the value alone. */
  readonly pattern: RegExp
  readonly name?: string
  readonly manner: Manner
}

const VALUE = `("[^"\\n]{1,200}"|'[^'\\n]{1,200}'|[^\\s"'|;&<>]{1,200})`

const FORMS: readonly Form[] = [
  { pattern: new RegExp(`--from-literal[= ]["']?([\\w.-]{1,80})=${VALUE}`, 'g'), manner: 'declared' },
  {
    pattern: new RegExp(`(?<![\\w-])--?([a-z][\\w.-]{1,60})(?:=|[ \\t]{1,4})${VALUE}`, 'gi'),
    manner: 'named',
  },
  { pattern: new RegExp(`(?<![\\w$-])([A-Za-z_][A-Za-z0-9_]{2,60})=${VALUE}`, 'g'), manner: 'named' },
  {
    pattern: /\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b[^\n|;&]{0,200}?\s-p([^\s"']{3,100})/g,
    name: 'password',
    manner: 'named',
  },
  { pattern: /\bredis-cli\b[^\n|;&]{0,200}?\s-a\s{1,4}([^\s"']{3,100})/g, name: 'password', manner: 'named' },
  {
    pattern:
      /\b(?:docker|podman|helm registry|crane auth|skopeo) login\b[^\n|;&]{0,200}?\s-p\s{0,4}([^\s"'-][^\s"']{2,100})/g,
    name: 'password',
    manner: 'named',
  },
  {
    pattern: /\bcurl\b[^\n|;]{0,200}?\s(?:-u|--user)[= ]{1,4}["']?[^\s:"'$]{1,60}:([^\s"']{3,100})/g,
    name: 'password',
    manner: 'named',
  },
  {
    pattern: /\bauthorization:\s{0,4}(?:bearer|basic|token)\s{1,4}([^\s"'\\]{8,2000})/gi,
    name: 'authorization-token',
    manner: 'named',
  },
]
