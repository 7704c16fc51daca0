import fc from 'fast-check'
import { loadConfig } from '../../src/config/load.ts'
import { parseYaml, type Plain } from '../../src/config/document.ts'
import { memoryFiles } from '../support/memory-files.ts'
import { examples, readmeBlocks } from './corpus.ts'
import { hostileText } from './hostile.ts'
import { leakIn } from './leak.ts'
import { CANARY, type Target } from './target.ts'

const RICH = `version: 1
set: aura/dev
namespace: aura
cluster: { uid: 0b1c }
stores:
  own: { kind: dotenv }
values:
  db-password: { from: env://DB_PASSWORD, optional: true, when-absent: remove }
  long: { from: { store: own, key: .env, property: A, version: "3" }, allow-empty: true }
secrets:
  backend: &base
    type: opaque
    namespaces: [a, b]
    labels: { app: "1" }
    data:
      URL: postgresql://u:\${db-password|uri}@db:5432/x
      PIN: ${CANARY}
      TEXT: |
        ${CANARY}
        second
  tls: { type: tls, cert: "\${file://a.crt}", key: '${CANARY}' }
  pull:
    type: registry
    registries: { ghcr.io: { username: a, password: "\${env://TOKEN}", email: ${CANARY} } }
  copy: *base
environments:
  dev: { namespace: aura-dev, secrets: { backend: { data: { PIN: null, MORE: x } }, tls: null } }
  prod:
`

const CORPUS = [RICH, ...examples(/secretferry\.yml$/), ...examples(/\.yaml$/), ...readmeBlocks('yaml')]

const SIGNS = [
  ...[
    'version: 1\n',
    'secrets:\n',
    'values:\n',
    'stores:\n',
    'environments:\n',
    '  dev:\n',
    'data: ',
    'from: ',
    'type: tls',
  ],
  ...['env://A', '${', '$${', '${a}', '${env://A|json}', '{environment}', '${{ secrets.A }}', 'kind: env'],
  ...[
    '&a ',
    '*a',
    '&a',
    '<<: *a',
    '!!binary ',
    '!t ',
    '? ',
    '- ',
    ': ',
    '|\n',
    '>-\n',
    '|2-\n',
    '# c\n',
    '---\n',
    '...\n',
  ],
  ...[
    '%YAML 1.2\n',
    '  ',
    '    ',
    '\n',
    '\n  ',
    '\n    ',
    '\n      ',
    '"\\ud800"',
    '{ a: b }',
    '[a, b]',
    '[',
    '{',
    '"',
    "'",
  ],
  ...['&a [*a]', '&a [&b [*a, *b]]', 'k: &k0 [x,x]\n', `k: ${CANARY}\n`, `- ${CANARY}\n`],
]

interface Input {
  readonly text: string
  readonly environment: string | undefined
}

/** The configuration file, as bytes. */
export const configuration: Target<Input> = {
  name: 'configuration',
  inputs: fc.record({
    text: hostileText(CORPUS, SIGNS),
    environment: fc.constantFrom(undefined, undefined, 'dev', 'prod', 'constructor', '__proto__'),
  }),
  async run({ text, environment }) {
    const files = memoryFiles({ f: Buffer.from(text, 'utf8') })
    const choice = { path: 'f', explicit: true, environment, namespace: undefined, setFor: () => 'set' }
    await loadConfig(choice, files)
    return []
  },
  isNamed: ({ text }) => isKeyOrName(parseYaml(text, () => ({})).root),
}

/** Whether a piece of the canary stands in a key: keys are names, and places are told by them. */
export function isKeyOrName(node: Plain, names: readonly string[] = []): boolean {
  if (node === null || typeof node === 'string') return false
  if (Array.isArray(node)) return (node as readonly Plain[]).some((each) => isKeyOrName(each, names))
  return Object.entries(node as Readonly<Record<string, Plain>>).some(
    ([key, value]) =>
      leakIn(key) !== undefined ||
      (names.includes(key) && typeof value === 'string' && leakIn(value) !== undefined) ||
      isKeyOrName(value, names),
  )
}
