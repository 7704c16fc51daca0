import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Match } from '../match.ts'
import { scanText } from '../text.ts'
import { startWatch } from '../watch.ts'
import { kubernetes } from './layer.ts'

const WATCH = startWatch(60_000, () => 0)

function match(path: string, text: string): readonly Match[] {
  return kubernetes.match(scanText(path, Buffer.from(text)), WATCH)
}

const found = (path: string, text: string): unknown[] => match(path, text).map(({ rule, key }) => [rule, key])

describe('a match', () => {
  it('says where in the object it is', () => {
    const secret =
      'kind: Secret\nmetadata: {name: db, namespace: app}\nstringData:\n  password: Tr0ub4dor-3x\n'
    expect(found('s.yaml', secret)).toEqual([['kubernetes-secret', 'Secret/app/db stringData.password']])
    const pod =
      'kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - env: [{name: PW_PASSWORD, value: Tr0ub4dor-3x}]\n      args: [--api-token=k9Fz2LwQ7bX1]\n'
    expect(found('p.yaml', pod)).toEqual([
      ['kubernetes-env', 'Pod/p env.PW_PASSWORD'],
      ['kubernetes-command', 'Pod/p args.api-token'],
    ])
    expect(found('.env', 'export A_TOKEN=k9Fz2LwQ7bX1')).toEqual([['dotenv', 'A_TOKEN']])
    expect(found('compose.yaml', 'services:\n  db: {environment: {DB_PASSWORD: k9Fz2LwQ7bX1}}')).toEqual([
      ['compose', 'services.db.environment.DB_PASSWORD'],
    ])
    expect(found('x.tf', 'variable "db_password" {\n  default = "k9Fz2LwQ7bX1"\n}\n')).toEqual([
      ['terraform', 'variable.db_password'],
    ])
  })

  it('has a key that is not long, in which no name is cut', () => {
    const name = `a\\n::error::b|<c>${'x'.repeat(500)}`
    const [first] = match(
      's.yaml',
      `kind: Secret\nmetadata: {name: "${name}"}\nstringData: {"a\\u0000 b": k9Fz2LwQ7bX1}`,
    )
    expect(first?.key).toBe('Secret/… stringData.a\u0000 b')
  })

  it('names keys as they are written, beyond ASCII too', () => {
    expect(found('s.yaml', 'kind: Secret\nstringData: {clé-password: k9Fz2LwQ7bX1}')).toEqual([
      ['kubernetes-secret', 'Secret stringData.clé-password'],
    ])
  })

  it('has the id of a rule of the layer', () => {
    expect(new Set(kubernetes.rules.map(({ id }) => id)).size).toBe(kubernetes.rules.length)
    for (const { remedy, description } of kubernetes.rules) {
      expect(remedy).toMatch(/^https:\/\//)
      expect(description).not.toBe('')
    }
  })
})

describe('the layer', () => {
  const pieces = [
    'kind: Secret\n',
    'stringData:\n',
    'data:\n',
    '  password: ',
    'Tr0ub4dor-3x',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|\n',
    '{{',
    '}}',
    '- ',
    'env:\n',
    '- name: A_TOKEN\n',
    '  value: ',
    'items:\n',
    '${',
    '://u:',
    '@h',
    'args: ',
    '--password=',
    '\\',
    ':',
    '---\n',
    'a2tlaw==',
  ]

  it.each(['s.yaml', 's.json', '.env', 'x.tf', 'values.yaml', 'compose.yml'])(
    'takes any text, as %s',
    (path) => {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...pieces)), (parts) => {
          const text = parts.join('')
          for (const { start, end } of match(path, text)) {
            expect(0 <= start && start < end && end <= text.length).toBe(true)
          }
        }),
        { numRuns: 300 },
      )
    },
  )

  const SIZE = 150_000
  const many = (text: string): string => text.repeat(SIZE / text.length)
  const HEAD = 'kind: Secret\nmetadata: {name: s}\nstringData:\n'
  it.each([
    ['levels', `kind: Secret\nstringData: ${many('{"a":')}`],
    [
      'nested manifests',
      `${HEAD}${Array.from({ length: 300 }, (_, n) => `${' '.repeat(n)}values: |\n`).join('')}`,
    ],
    [
      'manifests in strings in strings',
      Array.from({ length: 12 }).reduce<string>(
        (text) => JSON.stringify({ kind: 'List', values: `${text}\n` }),
        '{}',
      ),
    ],
    ['an alias bomb', `${HEAD}${many('  a: &a [*a, *a, *a]\n')}`],
    ['one long value', `${HEAD}  password: "${many('aB3$')}"`],
    ['one long template', `${HEAD}  password: "${many('{{ default "a')}"`],
    ['one long command', `kind: Pod\nspec:\n  containers:\n  - command: ["${many('mysql -p --a -u ')}"]`],
    ['one long address', `kind: ConfigMap\ndata:\n  password: "${many('a://b:')}"`],
    ['one long shell', `kind: Pod\nspec:\n  containers:\n  - args: ["${many('--password ')}"]`],
    ['a long word', `kind: ConfigMap\ndata:\n  password: ${many('aa')}!`],
    ['many words', `kind: ConfigMap\ndata:\n  password: ${many('aA1-')}!`],
    ['a file of assignments', `kind: ConfigMap\ndata:\n  f: |\n${many('    password = "x\n')}`],
    [
      'many findings',
      `${HEAD}${Array.from({ length: 5000 }, (_, n) => `  password${n}: k9Fz2LwQ7bX${n}\n`).join('')}`,
    ],
    ['many findings in one value', `kind: ConfigMap\ndata:\n  f: |\n${many('    password: k9Fz2LwQ7bX1\n')}`],
  ])('takes time for bytes, not for their square: %s', (_what, text) => {
    const before = process.cpuUsage()
    match('s.yaml', text)
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
  })
})
