import { describe, expect, test } from 'vitest'
import { testRules } from '../../../test/support/rule-tests.ts'
import { spoiledOf, WORD } from '../../../test/support/token-forms.ts'
import { ruleMatcher } from '../rule-matcher.ts'
import { scanText } from '../text.ts'
import { entropyOf } from './entropy.ts'
import { GENERIC } from './generic.ts'

const V = 'q7Ej3AxOkTz9Sv'
const LONG = `${WORD}${WORD}`.replaceAll('Ej', 'Kq').padEnd(128, 'v8').slice(0, 128)
const names = [
  'pass',
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'credential',
  'credentials',
]
const keys = ['api', 'access', 'auth', 'private', 'encryption', 'signing', 'master', 'account', 'service']
const suffixes = ['value', 'prod', 'production', 'staging', 'dev', 'base64', 'key', '7']
const dropped = (text: string): readonly string[] =>
  Array.from(text, (_, at) => text.slice(0, at) + text.slice(at + 1))
const match = ruleMatcher(GENERIC)
const found = (content: string): readonly (readonly [string | undefined, string])[] => {
  const text = scanText('file', Buffer.from(content))
  return match(text).map(({ key, start, end }) => [key, text.latin1.slice(start, end)])
}

describe('a value of a name that tells', () => {
  test.each([
    ['code', `const dbPassword = "${V}"`, 'dbPassword'],
    ['Go', `ClientSecret := \`${V}\``, 'ClientSecret'],
    ['YAML', `  client-secret: ${V}\n`, 'client-secret'],
    ['JSON', `{"clientSecret": "${V}"}`, 'clientSecret'],
    ['JSON in a string', `"{\\"api_key\\":\\"${V}\\"}"`, 'api_key'],
    ['an environment file', `export DB_PASSWORD=${V}\n`, 'DB_PASSWORD'],
    ['properties', `spring.datasource.password=${V}\n`, 'spring.datasource.password'],
    ['an option', `run --password=${V} -v`, '--password'],
    ['an option and a space', `run --api-key ${V} -v`, '--api-key'],
    ['an attribute', `<add password="${V}" />`, 'password'],
    ['an element', `<password>${V}</password>`, 'password'],
    ['a call', `setPassword("${V}")`, 'setPassword'],
    ['a pair', `env("DB_PASSWORD", "${V}")`, 'DB_PASSWORD'],
    ['a map', `config["api_key"] = "${V}"`, 'api_key'],
    ['a hash of Ruby', `:auth_token => '${V}'`, 'auth_token'],
    ['PHP', `$password = '${V}';`, 'password'],
    ['a form', `grant=x&client_secret=${V}&scope=y`, 'client_secret'],
    ['TypeScript', `private apiKey: string = "${V}"`, undefined],
  ])('%s', (_, text, key) => {
    expect(found(text)).toEqual(key === undefined ? [] : [[key, V]])
  })

  test.each([
    ['a template', 'password = "${DB_PASSWORD_1a2b3c}"'],
    ['Helm', 'password: {{ .Values.db.password1 }}'],
    ['a variable', 'password = $DB_PASSWORD_1a2b'],
    ['a call', `password = readPassword9x("${V}")`],
    ['a property', 'password = config.dbPassword1x.value'],
    ['an index', 'password = values2xQz7[0]'],
    ['words', 'password = "correct-horse-battery-staple-1"'],
    ['an example', 'password = "example-1q2w3e4r5t"'],
    ['what is to be changed', 'api_key: changeme-1q2w3e'],
    ['a made-up one', 'password: P4ssw0rd123!'],
    ['a UUID', 'secret: 7c3a9f0b-2e5d-1846-7c3a-9f0b2e5d1846'],
    ['a version', 'token: v1.2.3-q7Ej3AxO'],
    ['a path', 'private_key: /etc/ssl/q7Ej3AxOkT/x9'],
    ['the name of a file', 'private_key: q7Ej3AxOkTz9.pem'],
    ['a public key', `publicKeyToken = b77a5c561934e089`],
    ['a name for a value', 'ApiKey: mcspv1AuthMockApiKey'],
    ['a cursor', `nextPageToken: ${V}`],
    ['words in base64', 'password: c2VjcmV0IGlzIHNlY3VyZSAx'],
    ['a hash', `passwordHash: ${V}`],
    ['an argument', `parse(token, ${V})`],
    ['a space in code', `token ${V}`],
    ['a badge', `graph/badge.svg?token=${V}`],
    ['letters alone', 'password = "qXkZvBmWgFpYuDcLhR"'],
    ['digits alone', 'token = "73902518467390251846"'],
    ['few characters again and again', 'token = "q7q7q7q7q7e3q7q7"'],
    ['an ARN', 'secret: arn:aws:q7Ej3AxOkTz9Sv'],
  ])('not %s', (_, text) => {
    expect(found(text)).toEqual([])
  })
})

test('entropy', () => {
  expect(entropyOf('aaaa')).toBe(0)
  expect(entropyOf('abcd')).toBe(2)
  expect(entropyOf('')).toBe(0)
})

const hit = (text: string): [string, string] => [text, V]
testRules(GENERIC, {
  'generic-credential': {
    forms: [],
    hits: [
      ...names.map((name) => hit(`${name}="${V}"`)),
      ...keys.flatMap((name) => [
        hit(`${name}_key: ${V}`),
        hit(`${name}Key: ${V}`),
        hit(`${name}-key: ${V}`),
      ]),
      ...suffixes.flatMap((suffix) => [
        hit(`secret_${suffix}=${V}`),
        hit(`secret-${suffix}=${V}`),
        hit(`secret${suffix}=${V}`),
      ]),
      hit(`${'n'.repeat(58)}SECRET = ${V}`),
      ...['\\', '"', "'", '`', '])', ']'].map((close) => hit(`secret${close}=${V}`)),
      ...['\\', '"', "'", '`', '([', '['].map((open) => hit(`secret=${open}${V}`)),
      ...[':=', '=>', '=', '==', '===', ':', '>'].map((sign) =>
        hit(`secret${' '.repeat(20)}${sign}${' '.repeat(20)}${V}`),
      ),
      hit(`secret\t=\t${V}`),
      ...[',', '('].flatMap((sign) =>
        ['"', "'", '`', '\\"'].map((quote) => hit(`secret${sign}${' '.repeat(20)}${quote}${V}`)),
      ),
      hit(`secret,\t"${V}`),
      ...[' ', '\t', '    '].flatMap((space) =>
        ['', '"', "'"].map((quote) => hit(`--secret${space}${quote}${V}`)),
      ),
      [`secret=${LONG}`, LONG],
      ['secret=q7Ej3AxOkT', 'q7Ej3AxOkT'],
      ...Array.from('+/=.~!@#$%^*?-_', (sign): [string, string] => [
        `secret=q7Ej3AxOkTz9S${sign}v`,
        `q7Ej3AxOkTz9S${sign}v`,
      ]).filter(([, secret]) => !/[$%^]v|\.v|=v/.test(secret)),
      ...['$', '%', '='].map((sign): [string, string] => [
        `secret="q7Ej3AxOkTz9S${sign}"`,
        `q7Ej3AxOkTz9S${sign}`,
      ]),
      ['secret="q7Ej3AxOkTz9S^X8"', 'q7Ej3AxOkTz9S^X8'],
      ['secret="q7Ej3AxOkTz9S.8X.8"', 'q7Ej3AxOkTz9S.8X.8'],
    ],
    misses: [
      ...[...names, ...keys.map((name) => `${name}key`)]
        .flatMap((name) => [...spoiledOf(name), ...dropped(name)])
        .filter(
          (name) =>
            !/pass(?:word|wd|phrase)?$|pwd$|secret$|token$|(?:api|access|auth|private|encryption|signing|master|account|service)key$|credentials?$/.test(
              name,
            ),
        )
        .map((name) => `${name}="${V}" pass pwd secret token key credential`),
      ...suffixes
        .slice(0, -1)
        .flatMap((suffix) => [...spoiledOf(suffix), ...dropped(suffix)])
        .filter((suffix) => !suffixes.includes(suffix) && suffix !== 'prod')
        .map((suffix) => `secret_${suffix}=${V}`),
      ...['x', 'X', '1', '.', '+'].map((each) => `api${each}key=${V}`),
      ...['x', 'X', '1', '.', '_-'].map((each) => `secret${each}dev=${V}`),
      ...['x', 'X', '_', '-'].map((each) => `secret_${each}=${V}`),
      `secret"])"]=${V}`,
      `secret${' '.repeat(21)}=${V}`,
      `secret=${' '.repeat(21)}${V}`,
      `secret="[("'${V}`,
      `secret====${V}`.replace('====', '= = '),
      `secret,${' '.repeat(21)}"${V}`,
      `secret,${V}`,
      `secret,"""${V}`,
      `--secret     ${V}`,
      `secret=q7Ej3AxOk`,
      `secret=${LONG}x`,
      ...['(', '[', '{', ':'].map((after) => `secret=${V}${after}`),
      ...['x', 'X', '1', '_', '-', '+'].flatMap((each) => [`secret|${each}${V}`, `secret${each}${V}`]),
      `graph.svg?secret=${V}`,
      'password = "correct-horse-battery-staple-1"',
      'password = "${DB_PASSWORD_1a2b3c}"',
    ],
    equivalent: { '{3,64}: ': 'but the key is cut', '. taken from [\\w.-]': 'but the key is cut' },
  },
})
