import { generateKeyPairSync, randomBytes } from 'node:crypto'

/** A value that must turn up nowhere, and what else of it must not. */
export interface Canary {
  readonly name: string
  readonly value: Buffer
  /** What is a secret inside the value: fields of JSON, passwords of URLs and registries. */
  readonly parts: readonly string[]
}

export interface Leak {
  readonly canary: string
  /** `base64url`, `line 3 as it is`, … */
  readonly encoding: string
  /** In characters of the text. */
  readonly offset: number
}

/** New canaries of every kind that has leaked somewhere: long, and unlike anything else, in each run. */
export function makeCanaries(): readonly Canary[] {
  const leaf = unique('leaf')
  const number = `9007199254${String(randomBytes(4).readUInt32BE()).padStart(10, '1')}`
  const nested = unique('nested')
  const password = `${unique('url')}/@:é`
  const registry = unique('registry')
  const auth = Buffer.from(`octo:${registry}`).toString('base64')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return [
    text('percent', `%0A${unique('percent')}%25%0D%0A::error::x`),
    text('quotes', `"${unique('double')}"'${unique('single')}'\`${unique('back')}\``),
    text('dollars', `$${unique('dollar')}\${${unique('brace')}}$(x)$$`),
    text('ampersands', `${unique('before')}&${unique('between')}&+${unique('after')}<>`),
    text('spaces', ` \t${unique('inner')} ${unique('space')}!*()~ \n`),
    text('unicode', `${unique('ünï')}日本語😀\u2028${unique('end')}`),
    text(
      'json',
      JSON.stringify({ password: leaf, pin: 0, deep: [{ key: nested }] }).replace(
        '"pin":0',
        `"pin":${number}`,
      ),
      [leaf, number, nested],
    ),
    text('pretty-json', JSON.stringify({ token: unique('pretty'), enabled: true }, null, 2)),
    text('pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    text('lines', `${unique('first')}\r\n  ${unique('second')}  \nx\n{\n${unique('last')}\n`),
    text('url', `postgresql://aura:${encodeURIComponent(password)}@db.example:5432/aura?x=y`, [
      `aura:${encodeURIComponent(password)}`,
      encodeURIComponent(password),
      password,
    ]),
    text('registry', JSON.stringify({ auths: { 'ghcr.io': { auth } } }), [
      auth,
      `octo:${registry}`,
      registry,
    ]),
    text('long', Array.from({ length: 128 }, () => randomBytes(16).toString('hex')).join('')),
    { name: 'binary', value: Buffer.concat([Buffer.of(0xff, 0xfe, 0x00, 0xc3), randomBytes(61)]), parts: [] },
  ]
}

/** Every find of a canary in a text, in every encoding that is named under "Masking". */
export function findLeaks(text: string, canaries: readonly Canary[]): Leak[] {
  return canaries.flatMap((canary) => {
    const leaks = formsOf(canary).flatMap(([encoding, form]) => {
      const offset = text.indexOf(form)
      return offset < 0 ? [] : [{ canary: canary.name, encoding, offset }]
    })
    return leaks
  })
}

/** Every find in bytes that may be no text. */
export function findLeaksInBytes(bytes: Uint8Array, canaries: readonly Canary[]): Leak[] {
  const raw = canaries.flatMap(({ name, value }) => {
    const offset = Buffer.from(bytes).indexOf(value)
    return offset < 0 ? [] : [{ canary: name, encoding: 'bytes', offset }]
  })
  return [...raw, ...findLeaks(Buffer.from(bytes).toString('utf8'), canaries)]
}

/** Characters of a form that tell more than chance would: no shorter one is looked for. */
const TELLING = 4

const cache = new WeakMap<Canary, readonly (readonly [encoding: string, form: string])[]>()

/** The encodings of a canary, by name. Written apart from src/: what is forgotten there is to be found here. */
export function formsOf(canary: Canary): readonly (readonly [encoding: string, form: string])[] {
  const known = cache.get(canary)
  if (known !== undefined) return known
  const { value, parts } = canary
  const isText = Buffer.from(value.toString('utf8')).equals(value)
  const forms = [
    ...byteForms('', value),
    ...(isText ? textForms('', value.toString('utf8')) : []),
    ...parts.flatMap((part, n) => textForms(`part ${n + 1}: `, part)),
  ].filter(([, form]) => form.trim().length >= TELLING)
  cache.set(canary, forms)
  return forms
}

type Forms = [encoding: string, form: string][]

function byteForms(prefix: string, value: Buffer): Forms {
  return [
    [`${prefix}base64`, value.toString('base64')],
    [`${prefix}base64 without padding`, value.toString('base64').replaceAll('=', '')],
    [`${prefix}base64url`, value.toString('base64url')],
    [`${prefix}base64url with padding`, value.toString('base64').replaceAll('+', '-').replaceAll('/', '_')],
    ...insideBase64(prefix, value),
    [`${prefix}hex`, value.toString('hex')],
    [`${prefix}hex in capitals`, value.toString('hex').toUpperCase()],
  ]
}

/** What stays of a value in base64 of something longer: the groups of three bytes that are its own alone. */
function insideBase64(prefix: string, value: Buffer): Forms {
  return [0, 1, 2].flatMap((before): Forms => {
    const whole = value.subarray((3 - before) % 3)
    const groups = whole.subarray(0, whole.length - (whole.length % 3))
    return [
      [`${prefix}base64 at ${before}`, groups.toString('base64')],
      [`${prefix}base64url at ${before}`, groups.toString('base64url')],
    ]
  })
}

function textForms(prefix: string, value: string): Forms {
  const trimmed = value.trim()
  const component = encodeURIComponent(trimmed)
  const strict = component.replaceAll(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return [
    [`${prefix}whole`, value],
    [`${prefix}trimmed`, trimmed],
    [`${prefix}JSON`, JSON.stringify(trimmed).slice(1, -1)],
    [`${prefix}encodeURIComponent`, component],
    [`${prefix}RFC 3986`, strict],
    [`${prefix}form`, new URLSearchParams([['', trimmed]]).toString().slice(1)],
    [`${prefix}form, strict`, strict.replaceAll('%20', '+')],
    ...byteForms(`${prefix}trimmed, `, Buffer.from(trimmed)),
    ...lines(value).map(([n, line]): [string, string] => [`${prefix}line ${n}`, line]),
  ]
}

/** Lines that tell something: not armour, not what every document has. */
function lines(value: string): [number: number, line: string][] {
  return value
    .split(/[\r\n]+/)
    .map((line, n): [number, string] => [n + 1, line.trim()])
    .filter(
      ([, line]) => line.length >= TELLING && !line.startsWith('-----') && !/^"\w+": (true|false)/.test(line),
    )
}

function text(name: string, value: string, parts: readonly string[] = []): Canary {
  return { name, value: Buffer.from(value), parts }
}

/** A word that is nowhere else: `canary-url-` and 96 random bits. */
function unique(name: string): string {
  return `canary-${name}-${randomBytes(12).toString('hex')}`
}
