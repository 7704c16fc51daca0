import fc from 'fast-check'
import { inlineConfig } from '../../src/config/inline.ts'
import { parseYaml } from '../../src/config/document.ts'
import { INPUTS } from '../../src/input-table.ts'
import { readInputs } from '../../src/inputs.ts'
import { parseGithubSecrets } from '../../src/stores/github-secrets.ts'
import { fakeEffects } from '../support/effects.ts'
import { isKeyOrName } from './configuration.ts'
import { hostileText } from './hostile.ts'
import { leakIn } from './leak.ts'
import { CANARY, type Target } from './target.ts'

const CORPUS = [
  `KEY: ${CANARY}\nOTHER: "a\${env://B}"\n`,
  `PIN: 0123\nTEXT: |\n  ${CANARY}\n`,
  'KEY\nOTHER=ENV_NAME\n',
  JSON.stringify({ A: CANARY, github_token: CANARY, B: '' }),
  ...['true', 'false', '5m', '24h', 'apply', 'opaque', 'aura', 'aws, doctl', CANARY],
]
const SIGNS = [
  ...[
    'KEY: ',
    'A=B',
    '\n',
    ': ',
    '=',
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    '&a ',
    '*a',
    '${',
    '${env://A}',
    '$${',
    's',
    'm',
    'h',
  ],
  ...['999999', '0', `K: ${CANARY}\n`, `"${CANARY}"`, `- ${CANARY}`, '\\ud800', '"A":"b"', '"a":1'],
]
const NAMES = [...Object.keys(INPUTS), 'datas', '__proto__', 'DATA']
const QUIET = [
  'data',
  'github-secrets',
  'kubeconfig',
  'type',
  'labels',
  'annotations',
  'timeout',
  'mode',
  'immutable',
]

type Given = Readonly<Record<string, string>>

/** The inputs of the step: each of them, the Secret that they declare, and `github-secrets`. */
export const inputs: Target<Given> = {
  name: 'inputs',
  inputs: fc
    .tuple(
      fc.array(fc.tuple(fc.constantFrom(...NAMES), hostileText(CORPUS, SIGNS)), {
        maxLength: 5,
        size: 'max',
      }),
      fc.option(fc.tuple(fc.constantFrom('app', 'a b', '__proto__'), hostileText(CORPUS, SIGNS))),
    )
    .map(([pairs, inline]) => ({
      ...Object.fromEntries(pairs),
      ...(inline === null ? {} : { name: inline[0], data: inline[1] }),
    })),
  run(given) {
    const env = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
    const { source, githubSecrets, environment, namespace } = readInputs(Object.fromEntries(env) as Given)
    const { secret } = fakeEffects()
    if (githubSecrets !== undefined) parseGithubSecrets(githubSecrets.reveal(), secret)
    if (source.kind === 'inline') inlineConfig(source, { environment, namespace, set: 's' }, secret)
    return []
  },
  isNamed: (given) => {
    const { data = '', 'from-env': fromEnv = '', labels = '', annotations = '' } = given
    const keys = [data, labels, annotations].some((text) => isKeyOrName(parseYaml(text, () => ({})).root))
    const elsewhere = Object.entries(given).some(
      ([name, value]) => !QUIET.includes(name) && leakIn(value) !== undefined,
    )
    return keys || leakIn(fromEnv) !== undefined || elsewhere
  },
}
