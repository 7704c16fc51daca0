import type { Match } from '../match.ts'
import { isSecret, literalsInTemplates, passwordsInUrls, type Manner, type Part } from './judge.ts'
import type { ManifestRule } from './rules.ts'
import { isHarmless } from './value.ts'
import { assignmentsIn } from './text-lines.ts'
import { classifyName } from './credential-name.ts'
import type { Scalar } from './yaml/tree.ts'

/** What is found in a text is gathered in one of these. */
export interface Sink {
  /** The text that the offsets of scalars are into. */
  readonly text: string
  readonly matches: Match[]
  /** How many texts this one lies in. */
  readonly nesting: number
}

/** Where a value stands. */
export interface Where {
  readonly rule: ManifestRule
  readonly manner: Manner
  /** `Secret/app/db`; empty where the file has no objects. */
  readonly object: string
  /** Keys down to the value. */
  readonly path: readonly string[]
  /** What the value is called; else the last of the path. */
  readonly name?: string
}

/** A place is looked at in several ways one after the other. */
const RECENT = 32

export function add(sink: Sink, part: Part, { rule, object, path }: Where): void {
  const key = keyOf(object, path)
  const known = sink.matches.slice(-RECENT).some(({ start, end }) => start <= part.start && part.end <= end)
  if (!known) sink.matches.push({ rule, start: part.start, end: part.end, key })
}

/** A scalar of one line or many is looked at for what it is called, for passwords in addresses, and for what is in it. */
export function judgeScalar(sink: Sink, scalar: Scalar, where: Where): void {
  if (scalar.text.length < 4) return
  if (scalar.text.includes('\n')) {
    judgeLines(sink, scalar, where)
    return
  }
  const name = where.name ?? where.path.at(-1) ?? ''
  if (isSecret(name, scalar.text, where.manner)) {
    add(sink, scalar, where)
    return
  }
  for (const part of partsOf(name, scalar.text)) add(sink, locate(sink, scalar, part), where)
}

/** Secrets within a text of one line that is none as a whole. */
export function partsOf(name: string, text: string): readonly Part[] {
  const literals = literalsInTemplates(text).filter((each) => isSecret(name, each.text, 'named'))
  return [...passwordsInUrls(text), ...literals]
}

/** A file in a value: known for a secret as a whole, or searched line by line. */
function judgeLines(sink: Sink, scalar: Scalar, where: Where): void {
  const { text } = scalar
  const name = where.name ?? where.path.at(-1) ?? ''
  if (isPrivateKey(text)) {
    add(sink, scalar, where)
    return
  }
  if (where.manner === 'declared' && classifyName(name) === 'credential' && !isHarmless(text)) {
    add(sink, scalar, where)
    return
  }
  const source = sourceOf(sink, scalar)
  const secrets = assignmentsIn(source).filter((each) => isSecret(each.name, each.value, 'named'))
  for (const { name: inner, ...part } of secrets)
    add(sink, locate(sink, scalar, part), { ...where, path: [...where.path, inner] })
  for (const part of passwordsInUrls(source)) add(sink, locate(sink, scalar, part), where)
}

export function isPrivateKey(text: string): boolean {
  return /-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----\s*[^\s-]/.test(text)
}

/** The scalar as it is written where that shows it, else its text. */
export function sourceOf(sink: Sink, { style, start, end, text }: Scalar): string {
  return style === 'block' ? sink.text.slice(start, end) : text
}

/** A part of a scalar's source, in the whole text; the scalar where it is written in another way. */
export function locate(sink: Sink, scalar: Scalar, part: Part): Part {
  const same = sourceOf(sink, scalar) === sink.text.slice(scalar.start, scalar.end)
  return same ? { start: scalar.start + part.start, end: scalar.start + part.end } : scalar
}

/** No name of an object or of a key in it is longer; what is longer is none. */
const NAME_LIMIT = 253
const KEY_LIMIT = 600

/** The names as they are written, none cut: who prints them knows what must not be shown of them. */
export function keyOf(object: string, path: readonly string[]): string {
  const inner = path.filter((name) => name !== '').map(nameOf)
  const whole = [object, inner.join('.')].filter((part) => part !== '').join(' ')
  return whole.length <= KEY_LIMIT ? whole : [object, `…${inner.at(-1) ?? ''}`].join(' ')
}

export function nameOf(name: string): string {
  return name.length > NAME_LIMIT ? '…' : Buffer.from(name, 'latin1').toString('utf8')
}
