import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../secret.ts'
import { scanText } from '../text.ts'
import { NO_WATCH } from '../watch.ts'
import { knownValueLayer } from './layer.ts'

/** Ways in which a value is written, each by what the platform itself writes, not by what the layer derives. */
const ENCODINGS: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  base64: (value) => base64(value),
  'base64 after one byte': (value) => base64(`x${value}`),
  'base64 after two bytes': (value) => base64(`xy${value}`),
  'base64 in the middle': (value) => base64(`user:${value}\nnext`),
  base64url: (value) => Buffer.from(`k=${value}&`).toString('base64url'),
  'base64 in a URL': (value) => encodeURIComponent(base64(value)),
  hex: (value) => Buffer.from(value).toString('hex'),
  HEX: (value) => Buffer.from(value).toString('hex').toUpperCase(),
  percent: (value) => encodeURIComponent(value),
  form: (value) => new URLSearchParams({ password: value }).toString(),
  'percent, every byte': (value) => Buffer.from(value).toString('hex').replaceAll(/../g, '%$&'),
  JSON: (value) => JSON.stringify({ password: value }),
  'JSON in JSON': (value) => JSON.stringify(JSON.stringify({ password: value })),
  'JSON in base64': (value) => base64(JSON.stringify({ auths: { 'r.example.com': { password: value } } })),
  shell: (value) => `'${value.replaceAll("'", `'\\''`)}'`,
  'double quotes of a shell': (value) => `"${value.replaceAll(/["$`\\]/g, '\\$&')}"`,
  XML: (value) =>
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
  'Basic auth': (value) => `Authorization: Basic ${base64(`admin:${value}`)}`,
  'a docker configuration in base64': (value) =>
    base64(JSON.stringify({ auths: { 'r.example.com': { auth: base64(`robot:${value}`) } } })),
  'a whole .env in base64': (value) => base64(`HOST=db\nPASSWORD=${value}\nPORT=5432\n`),
  'base64 of 76 columns': (value) =>
    base64(`HOST=a-long-name.example.com\nPASSWORD=${value}\n${'z'.repeat(90)}`).replaceAll(/.{76}/g, '$&\n'),
  'base64 of 64 columns, indented': (value) =>
    base64(`${'y'.repeat(40)}${value}`).replaceAll(/.{64}/g, '$&\r\n    '),
  'hex over several lines': (value) => Buffer.from(value).toString('hex').replaceAll(/.{10}/g, '$&\n  '),
  'strings put together': (value) =>
    value.replaceAll(/["\\]/g, '\\$&').replaceAll(/[^\n\\]{7}(?!$|.?$)/g, '$&" +\n    "'),
  'UTF-16 in base64, as PowerShell has it': (value) =>
    Buffer.from(`echo ${value}`, 'utf16le').toString('base64'),
}

/** Files of all kinds, with something in the place of a value. */
const CARRIERS: Readonly<Record<string, (value: string) => string>> = {
  'a bare line': (value) => value,
  TypeScript: (value) => `export const password = '${value}' as const;`,
  Python: (value) => `    client = connect(password="${value}", port=5432)`,
  Go: (value) => `\tpassword := \`${value}\` // TODO`,
  Java: (value) => `  private static final String KEY = "${value}";`,
  YAML: (value) => `data:\n  password: ${value}\n  user: app`,
  'YAML in quotes': (value) => `env:\n  - name: PASSWORD\n    value: "${value}"`,
  'a block of YAML': (value) => `stringData:\n  config: |\n    key=${value}\n    next=1`,
  JSON: (value) => `{"a": 1, "password": "${value}", "b": [2]}`,
  'an .env file': (value) => `PORT=80\nPASSWORD=${value}\nDEBUG=1`,
  shell: (value) => `curl -u admin:${value} https://api.example.com/v1`,
  'a Dockerfile': (value) => `ENV PASSWORD=${value}`,
  'a URL': (value) => `https://api.example.com/hook?token=${value}&x=1`,
  'a connection string': (value) => `postgres://app:${value}@db:5432/app`,
  'a log': (value) => `2026-11-25T08:00:00Z INFO connect password=${value} took=3ms`,
  'a notebook': (value) => `  "source": ["token = ${value}\\n"], "outputs": []`,
  'a minified line': (value) => `${'function a(b){return b};'.repeat(40)}c="${value}";${'d();'.repeat(100)}`,
  HTML: (value) => `<input type="hidden" value="${value}">`,
  Terraform: (value) => `variable "p" {\n  default = "${value}"\n}`,
  'a comment': (value) => `// the old one was ${value}, do not use`,
}

/** Broken in the middle of an escape they would be other texts. */
const BREAKS_RAW = 'strings put together'

const values = makeValues()
const known = knownValueLayer(values.map(({ name, value }) => ({ name, secret: secret(value) }))).layer

describe.each(Object.entries(ENCODINGS))('%s', (encoding, encode) => {
  test.each(Object.entries(CARRIERS))('in %s: every value is found, by its name', (_, carrier) => {
    const planted = values.filter(({ value }) => encoding !== BREAKS_RAW || !/["\\\n']/.test(value))
    const content = planted.map(({ value }) => carrier(encode(value))).join('\n')
    const found = namesIn(content)
    expect(planted.filter(({ name }) => !found.has(name))).toEqual([])
  })
})

test.each(Object.entries(CARRIERS))('%s without values has no finding', (_, carrier) => {
  const others = Object.values(ENCODINGS).flatMap((encode) =>
    Array.from({ length: 40 }, () => carrier(encode(randomBytes(18).toString('base64')))),
  )
  expect([...namesIn(others.join('\n'))]).toEqual([])
})

describe('values that are not searched for are named', () => {
  test.each([
    ['short', 'abc123'],
    ['a word', 'postgres'],
    ['a name', 'aura-production'],
    ['another name', 'eu-central-1'],
    ['a number', '5432543'],
    ['a host', 'db.internal.example.com'],
    ['a mail address', 'admin@example.com'],
    ['an address', 'https://example.com/api/v1'],
    ['one character', 'aaaaaaaaaaaaaaaa'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUZ3Q\n-----END CERTIFICATE-----'],
    ['nothing', ''],
  ])('%s', (_, value) => {
    const { layer, skipped } = knownValueLayer([{ name: 'X', secret: secret(value) }])
    expect(skipped).toEqual([{ secret: 'X', why: expect.stringMatching(/^it /) }])
    expect(layer.match(scanText('a', Buffer.from(`x = ${value}`)), NO_WATCH)).toEqual([])
  })

  test('an address with a password in it is searched for, and so is the password alone', () => {
    const { layer, skipped } = knownValueLayer([
      { name: 'DATABASE_URL', secret: secret('postgres://app:s3cr3t-Pa55@db.example.com/app') },
    ])
    expect(skipped).toEqual([])
    expect(layer.match(scanText('a', Buffer.from('password: s3cr3t-Pa55\n')), NO_WATCH)).toMatchObject([
      { secret: 'DATABASE_URL', start: 10, end: 21 },
    ])
  })
})

test('a value that has two names is told by both', () => {
  const value = secret('4f9a-77c1-Zq')
  const { layer } = knownValueLayer([
    { name: 'A', secret: value },
    { name: 'B', secret: value },
  ])
  expect(layer.match(scanText('a', Buffer.from('4f9a-77c1-Zq')), NO_WATCH)).toMatchObject([
    { secret: 'A, B' },
  ])
})

test('bytes that are no text are found raw, in hex and in base64', () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), randomBytes(20)])
  const { layer } = knownValueLayer([{ name: 'KEYSTORE', secret: Secret.of(bytes, () => undefined) }])
  for (const content of [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('base64'))])
    expect(layer.match(scanText('a', content), NO_WATCH).length).toBeGreaterThan(0)
})

/** Two hundred, of all kinds that secrets have. */
function makeValues(): readonly { readonly name: string; readonly value: string }[] {
  // Random letters alone may be a word, which is not searched for.
  const letters = (size: number): string => {
    const end = size < 8 ? '7x' : '4Q7x'
    const random = randomBytes(size * 2)
      .toString('base64')
      .replaceAll(/[^A-Za-z\d]/g, '')
    return random.slice(0, size - end.length) + end
  }
  const kinds: readonly (() => string)[] = [
    () => letters(12),
    () => letters(8),
    () => randomBytes(16).toString('hex'),
    () => randomBytes(24).toString('base64'),
    () => `${letters(6)}"${letters(4)}'${letters(3)}`,
    () => `${letters(4)}$${letters(3)} \`&<${letters(4)}> %\\${letters(2)}`,
    () => `pä$$wörd-${letters(9)}-😀`,
    () => `postgres://app:${letters(14)}@db.example.com:5432/app?sslmode=require`,
    () =>
      `-----BEGIN PRIVATE KEY-----\n${wrapped(randomBytes(100).toString('base64'))}\n-----END PRIVATE KEY-----\n`,
    () => JSON.stringify({ user: 'app', password: letters(20), url: 'https://example.com' }),
    () => `correct horse ${letters(8)} staple`,
    () => `${letters(40)}/${letters(40)}+${letters(60)}==`,
  ]
  return Array.from({ length: 200 }, (_, nth) => ({
    name: `SECRET_${nth}`,
    value: (kinds[nth % kinds.length] as () => string)(),
  }))
}

function wrapped(text: string): string {
  return text.replaceAll(/.{64}/g, '$&\n')
}

function namesIn(content: string): ReadonlySet<string> {
  const found = known.match(scanText('file', Buffer.from(content)), NO_WATCH)
  return new Set(found.flatMap(({ secret: name = '' }) => name.split(', ')))
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function secret(value: string): Secret {
  return Secret.of(value, () => undefined)
}
