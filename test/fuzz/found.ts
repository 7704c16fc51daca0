import { CANARY } from './target.ts'

/** An input that was wrong once, and what was. */
export interface Found {
  readonly target: string
  readonly what: string
  readonly input: unknown
}

const SECRETS = 'version: 1\nsecrets:\n  a:\n    data:\n'
const SHA = 'a1'.repeat(20)

function configuration(text: string, environment?: string): unknown {
  return { text, environment }
}

function answer(given: { status?: number; headers?: object; body?: unknown; text?: string }): unknown {
  const { status = 200, headers = {}, body, text = JSON.stringify(body) } = given
  return { status, headers, text, raw: undefined }
}

function rows(count: number, row: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => row(n)).join('')
}

/** Every input that crashed, took more than a second or more memory than there is, or put a value into an error. */
export const FOUND: readonly Found[] = [
  ...[
    ['brackets that close nothing', '{]'.repeat(150_000)],
    ['brackets that close nothing, as many as are read', '{]'.repeat(129_000)],
    ['colons alone, as many as are read', ':\n'.repeat(64_500)],
    ['aliases in lists in a list, as many as are read', `[${'- *a,'.repeat(43_000)}]`],
    ['brackets that are never closed', '[}'.repeat(150_000)],
    ['quoted keys in brackets in each other', '{"c"l'.repeat(9000)],
    ['keys of keys: a stack that overflows where the parser does not look', '? '.repeat(4900)],
    ['colons alone: too many arguments of a call', ':\n'.repeat(150_000)],
    ['question marks alone', '?\n'.repeat(150_000)],
    ['escapes that are none', `a: "${'\\q'.repeat(150_000)}"`],
    ['empty texts side by side', '""'.repeat(150_000)],
    ['lists in one line', 'a: - b\n'.repeat(100_000)],
    ['lists after lists', `${'['.repeat(49)}${']'.repeat(49)}\n`.repeat(10_000)],
    ['lists in a list', `[${'[[[[[[[[]]]]]]]],'.repeat(60_000)}]`],
    ['directives', '%X\n'.repeat(150_000)],
    ['a placeholder after the other', `${SECRETS}      K: "${'${env://A}'.repeat(100_000)}"\n`],
    [
      'placeholders of values that are not declared',
      `${SECRETS}      K: "${'${nothing}'.repeat(100_000)}"\n`,
    ],
    ['keys with a place each', SECRETS + rows(4500, (n) => `      k${n}: v\n`)],
    ['keys that are not known', `${SECRETS}      K: v\n${rows(6000, (n) => `secrets-and-values-${n}: v\n`)}`],
    [
      'names that are nearly others',
      `version: 1\nvalues:\n${rows(1600, (n) => `  value-name-number-${n}: {from: env://A}\n`)}secrets:\n  a:\n    data:\n${rows(1600, (n) => `      k${n}: \${valve-numbr-name-${n}00000}\n`)}`,
    ],
    [
      'a file of a thousand environments',
      `${SECRETS}${rows(2000, (n) => `      k${n}: v\n`)}environments:\n${rows(1000, (n) => `  e${n}: {set: s}\n`)}`,
      'e1',
    ],
    [
      'environments of a file that expands',
      `version: 1\nsecrets:\n  s: &a {data: {${rows(90, (n) => `k${n}: v, `)}}}\n${rows(900, (n) => `  s${n}: *a\n`)}environments:\n${rows(50, (n) => `  e${n}: {set: s}\n`)}`,
      'e1',
    ],
  ].map(([what = '', text = '', environment]) => ({
    target: 'configuration',
    what,
    input: configuration(text, environment),
  })),
  {
    target: 'templates',
    what: 'a placeholder after the other',
    input: { text: '${a}'.repeat(250_000), environment: undefined, value: Buffer.of(0) },
  },
  ...[
    ['one key over and over, as often as is read', 'kinapiVersion: v1\n'.repeat(37_000)],
    ['keys that each stand once, as many as are read', rows(37_000, (n) => `k${n}: v1\n`)],
    ['lists that are one text, as many as are read', `[${'- "a",'.repeat(43_000)}]`],
  ].map(([what = '', text = '']) => ({
    target: 'kubeconfig',
    what,
    input: { text, context: undefined, file: undefined },
  })),
  {
    target: 'kubeconfig',
    what: 'half a character in a name that becomes a header',
    input: {
      text: `clusters: [{name: c, cluster: {server: "https://h"}}]
users: [{name: u, user: {token: t, as: a, as-user-extra: {"\\ud800": [x]}}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x`,
      context: undefined,
      file: undefined,
    },
  },
  {
    target: 'event-payloads',
    what: 'a payload that is no JSON',
    input: { text: `{"a": ${CANARY}`, event: 'workflow_run', commit: SHA, path: 'a', blobs: [], git: false },
  },
  {
    target: 'event-payloads',
    what: 'a NUL in a path that Git is asked for',
    input: { text: '{}', event: 'workflow_run', commit: SHA, path: 'a\0b', blobs: [], git: true },
  },
  {
    target: 'event-payloads',
    what: 'a path that Git is asked for and that is longer than an argument can be',
    input: {
      text: '{}',
      event: 'workflow_run',
      commit: SHA,
      path: 'a/b.yml'.repeat(30_000),
      blobs: [],
      git: true,
    },
  },
  ...['-5', '-0120', '0x10'].map((retryAfter) => ({
    target: 'api-answers',
    what: `Retry-After: ${retryAfter}`,
    input: answer({ status: 429, headers: { 'retry-after': retryAfter } }),
  })),
  {
    target: 'api-answers',
    what: 'a time to wait that is less than none',
    input: answer({ status: 429, body: { kind: 'Status', details: { retryAfterSeconds: -1 } } }),
  },
  {
    target: 'api-answers',
    what: 'an Audit-Id that is pieces of a value',
    input: answer({ headers: { 'audit-id': `-${CANARY.slice(-17)}`.repeat(2) }, text: '' }),
  },
  {
    target: 'api-answers',
    what: 'managed fields without end',
    input: answer({
      text: `{"metadata":{"name":"b","namespace":"a","uid":"u","managedFields":[{"manager":"secretferry-b80a6a2d29c0a5f6","fieldsV1":${'{"f:a":'.repeat(20_000)}{}${'}'.repeat(20_000)}}]}}`,
    }),
  },
]
