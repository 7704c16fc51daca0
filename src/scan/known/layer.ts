import { isMaskableLine } from '../../mask-policy.ts'
import { partsOf } from '../../mask-parts.ts'
import type { Secret } from '../../secret.ts'
import type { Layer } from '../match.ts'
import type { RuleInfo } from '../rules/rule.ts'
import { formsOf, lineForms } from './forms.ts'
import { createNeedles } from './needles.ts'
import { unworthy } from './worth.ts'

/** A value by the name that a report calls it. */
export interface KnownValue {
  readonly name: string
  readonly secret: Secret
}

export interface Skipped {
  readonly secret: string
  readonly why: string
}

export const KNOWN_VALUE: RuleInfo = {
  id: 'known-value',
  description: 'a secret that this repository uses',
  severity: 'critical',
  remedy: 'https://github.com/secretferry/secretferry/blob/main/docs/scanning.md#known-values',
}

/** Parts of one value that are searched for: fields of JSON, passwords in URLs, and lines. */
const MOST_PARTS = 60
/** A line of a longer value says little by itself where it is shorter. */
const LINE_SHORTEST = 20

/** The layer that finds these values, however they are written, and which of them it does not look for. */
export function knownValueLayer(values: readonly KnownValue[]): {
  layer: Layer
  skipped: readonly Skipped[]
} {
  const judged = values.map((value) => ({ ...value, why: whyNot(value.secret) }))
  const skipped = judged.flatMap(({ name, why }) => (why === undefined ? [] : [{ secret: name, why }]))
  const needles = new Map<string, { readonly bytes: Buffer; readonly names: Set<string> }>()
  const add = (bytes: Buffer, name: string): void => {
    const known = needles.get(bytes.toString('latin1'))
    if (known === undefined) needles.set(bytes.toString('latin1'), { bytes, names: new Set([name]) })
    else known.names.add(name)
  }
  for (const { name, secret, why } of judged)
    if (why === undefined) for (const bytes of needlesOf(secret)) add(bytes, name)
  const all = [...needles.values()]
  const index = createNeedles(all.map(({ bytes }) => bytes))
  const labels = all.map((needle) => [...needle.names].join(', '))
  const layer: Layer = {
    name: 'known-value',
    whole: false,
    rules: [KNOWN_VALUE],
    match({ bytes }, watch) {
      const found = new Map<string, { rule: string; start: number; end: number; secret: string }>()
      const hit = (needle: number, start: number, end: number): void => {
        const secret = labels[needle] ?? ''
        found.set(`${start} ${end} ${secret}`, { rule: KNOWN_VALUE.id, start, end, secret })
      }
      index.find(bytes, hit, watch)
      return [...found.values()]
    },
  }
  return { layer, skipped }
}

function whyNot(secret: Secret): string | undefined {
  if (secret.isEmpty || secret.isBlank) return 'it is empty'
  if (!secret.isText) return unworthy(secret.bytes(), undefined)
  const text = secret.reveal().trim()
  if (/^-{5}BEGIN (?:CERTIFICATE|PUBLIC KEY)-{5}/.test(text) && !/PRIVATE KEY-{5}/.test(text))
    return 'it is public: a certificate or a public key'
  return unworthy(secret.bytes(), text)
}

function needlesOf(secret: Secret): readonly Buffer[] {
  if (!secret.isText) return formsOf(secret.bytes(), undefined)
  const text = secret.reveal().trim()
  const { lines, fields } = partsOf(withoutCertificates(text))
  const worthy = fields.filter((field) => unworthy(Buffer.from(field), field.trim()) === undefined)
  const long = lines.filter((line) => line !== text && line.length >= LINE_SHORTEST && isMaskableLine(line))
  const telling = long.filter((line) => unworthy(Buffer.from(line), line) === undefined)
  return [
    ...formsOf(Buffer.from(text), text),
    ...worthy.slice(0, MOST_PARTS).flatMap((field) => formsOf(Buffer.from(field), field)),
    ...telling.slice(0, MOST_PARTS).flatMap(lineForms),
  ]
}

function withoutCertificates(text: string): string {
  return text.replaceAll(/-{5}BEGIN CERTIFICATE-{5}[^-]{0,20000}-{5}END CERTIFICATE-{5}/g, '').trim()
}
