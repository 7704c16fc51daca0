import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { parseJson, pickProperty } from '../../src/values/property.ts'
import { describeReference, longReference, parseReference } from '../../src/values/reference.ts'
import { hostileText } from './hostile.ts'
import { CANARY, type Target } from './target.ts'

const CORPUS = [
  'env://DB_PASSWORD',
  'dotenv://config/.env#DB_PASSWORD',
  'file://secrets/{environment}/key.pem',
  'kubernetes://aura/backend?version=3#/a~1b/0/c',
  `github://${CANARY}`,
  'vault://kv/data/a%20b%23?version=3&stage=AWSCURRENT#p%7C',
]
const JSONS = [
  '{"user":"a","password":"b","deep":[{"a/b":1.10},{"~":true}],"n":12345678901234567890,"":null}',
  `{"password":"${CANARY}","deep":{"key":["${CANARY}"]}}`,
  '[[1,2],[3,[4]]]',
]
const SIGNS = [
  ...[
    '://',
    'env://',
    '?',
    '#',
    '&',
    '=',
    '%',
    '%20',
    '%ff',
    '%C3%28',
    '{environment}',
    '{',
    '}',
    '|',
    '/',
    '~0',
    '~1',
  ],
  ...[
    'a',
    'A-b',
    '-',
    '#/',
    '#/0/a',
    '?version=',
    '$&',
    '$1',
    '"a":',
    '[',
    ']',
    '{"',
    ',',
    '1e5',
    '\\u0041',
    'null',
    CANARY,
  ],
]

interface Input {
  readonly text: string
  readonly environment: string | undefined
  readonly json: string
  /** Of the properties that are picked: a run reads the JSON anew for each of its references. */
  readonly nth: number
}

const PROPERTIES: readonly ((text: string) => string)[] = [
  () => 'password',
  (text) => text,
  (text) => `/${text}`,
  () => '/deep/0/a~1b',
  () => '__proto__',
  () => '/deep/length',
]

/** References to values, and what `#property` picks out of the JSON that a store answers. */
export const references: Target<Input> = {
  name: 'references',
  inputs: fc.record({
    text: hostileText(CORPUS, SIGNS),
    environment: fc.constantFrom(undefined, 'dev', '$&', '{environment}', '%', 'a#b?c|d}'),
    json: hostileText(JSONS, SIGNS),
    nth: fc.nat(PROPERTIES.length - 1),
  }),
  run({ text, environment, json, nth }) {
    const parsed = parseReference(text, environment)
    const long = longReference(
      { store: 'env', key: text, query: { version: text }, property: text },
      environment,
    )
    for (const each of [parsed, long]) if (each.ok) checkInverse(each.value, each === parsed)
    const picked = pickProperty(parseJson(json), PROPERTIES[nth]?.(text) ?? '')
    return [
      ...[parsed, long].flatMap((each) => (each.ok ? [] : [each.message, each.hint])),
      ...('fault' in picked ? [picked.fault.message, picked.fault.hint] : []),
    ]
  },
}

/** A reference is described as it would be written. */
function checkInverse(reference: Parameters<typeof describeReference>[0], isShort: boolean): void {
  if (!isShort) {
    describeReference(reference)
    return
  }
  const again = parseReference(describeReference(reference), '{environment}')
  if (!again.ok || !isDeepStrictEqual(again.value, reference))
    throw new Error('describing is not the inverse of parsing')
}
