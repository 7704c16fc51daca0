import { applyFilter, isFilter, FILTERS, type Filter } from './filters.ts'
import { parseReference, type Fault, type Parsed, type Reference } from './reference.ts'

/** What a placeholder stands for: a value declared under `values`, or a reference of its own. */
export type Use =
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'reference'; readonly reference: Reference }

export type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly use: Use; readonly filters: readonly Filter[] }

/** A value under `data`: literal text and placeholders. */
export interface Template {
  readonly parts: readonly Part[]
  /** Whether the literal text is secret too, as in inline `data`, where people paste `${{ secrets.X }}`. */
  readonly secretLiterals: boolean
}

const ENVIRONMENT = '{environment}'
const VALUE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** Parses `${value}`, `${store://key|filter}`, and `$${` for a literal `${`. Faults never quote the text. */
export function parseTemplate(
  text: string,
  { environment, secretLiterals }: { environment: string | undefined; secretLiterals: boolean },
): Parsed<Template> {
  const parts: Part[] = []
  let rest = text
  for (;;) {
    const start = rest.indexOf('${')
    if (start === -1) break
    if (rest[start - 1] === '$') {
      parts.push({ kind: 'literal', text: `${rest.slice(0, start - 1)}\${` })
      rest = rest.slice(start + 2)
      continue
    }
    parts.push({ kind: 'literal', text: rest.slice(0, start) })
    const placeholder = parsePlaceholder(rest.slice(start + 2), environment)
    if (!placeholder.ok) return placeholder
    parts.push(placeholder.value.part)
    rest = rest.slice(start + 2 + placeholder.value.length)
  }
  parts.push({ kind: 'literal', text: rest })
  return { ok: true, value: { parts: joinLiterals(parts), secretLiterals } }
}

/** All placeholders of the template, in order. */
export function placeholders(template: Template): readonly (Part & { kind: 'placeholder' })[] {
  return template.parts.filter((part) => part.kind === 'placeholder')
}

/**
 * The bytes of the template. A single placeholder without text keeps its bytes; text around one demands UTF-8, and a
 * value that is not is a fault.
 */
export function renderTemplate(template: Template, valueOf: (use: Use) => Uint8Array): Parsed<Uint8Array> {
  const pieces: Uint8Array[] = []
  const composed = template.parts.length > 1
  for (const part of template.parts) {
    if (part.kind === 'literal') {
      pieces.push(Buffer.from(part.text, 'utf8'))
      continue
    }
    const piece = applyFilters(valueOf(part.use), part.filters)
    if (!piece.ok) return piece
    if (composed && !isUtf8(piece.value))
      return {
        ok: false,
        message: 'a value that is not UTF-8 stands in a text',
        hint: 'use |base64, or let the placeholder be the whole value',
      }
    pieces.push(piece.value)
  }
  return { ok: true, value: Buffer.concat(pieces) }
}

function parsePlaceholder(
  rest: string,
  environment: string | undefined,
): Parsed<{ part: Part; length: number }> {
  if (rest.startsWith('{'))
    return fault(
      '`${{` here: GitHub evaluates expressions in workflows only',
      'pass the value by `env:` in the workflow and write ${env://NAME} here',
    )
  const length = findEnd(rest)
  if (length === -1)
    return fault(
      'a `${` that is never closed',
      'close it with `}`, quote the whole value (` #` begins a YAML comment), or write `$${` for a literal `${`',
    )
  const [target = '', ...filters] = rest
    .slice(0, length)
    .split('|')
    .map((piece) => piece.trim())
  const unknown = filters.some((filter) => !isFilter(filter))
  if (unknown)
    return fault('an unknown filter', `the filters are ${FILTERS.map((name) => `|${name}`).join(', ')}`)
  const use = parseUse(target, environment)
  if (!use.ok) return use
  return {
    ok: true,
    value: {
      part: { kind: 'placeholder', use: use.value, filters: filters.filter(isFilter) },
      length: length + 1,
    },
  }
}

/** Where the placeholder closes; `{environment}` inside it does not close it. Looks no further: a text may have many. */
function findEnd(rest: string): number {
  let end = rest.indexOf('}')
  while (end !== -1 && rest.startsWith(ENVIRONMENT, end + 1 - ENVIRONMENT.length))
    end = rest.indexOf('}', end + 1)
  return rest.slice(0, end).includes('${') ? -1 : end
}

function parseUse(target: string, environment: string | undefined): Parsed<Use> {
  if (target.includes('://')) {
    const reference = parseReference(target, environment)
    return reference.ok ? { ok: true, value: { kind: 'reference', reference: reference.value } } : reference
  }
  if (!VALUE_NAME.test(target))
    return fault(
      'a placeholder that is no value name and no reference',
      'write ${value-name} or ${store://key}',
    )
  return { ok: true, value: { kind: 'value', name: target } }
}

function joinLiterals(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (part.kind === 'literal' && part.text === '') continue
    if (part.kind === 'literal' && last?.kind === 'literal')
      joined[joined.length - 1] = { kind: 'literal', text: last.text + part.text }
    else joined.push(part)
  }
  return joined
}

function applyFilters(value: Uint8Array, filters: readonly Filter[]): Parsed<Uint8Array> {
  let bytes = value
  for (const filter of filters) {
    if (filter !== 'base64' && !isUtf8(bytes))
      return fault(`a value that is not UTF-8 under |${filter}`, 'only |base64 takes bytes that are no text')
    bytes = applyFilter(filter, bytes)
  }
  return { ok: true, value: bytes }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function fault(message: string, hint: string): { ok: false } & Fault {
  return { ok: false, message, hint }
}
