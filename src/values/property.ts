import type { Fault } from './reference.ts'

/** A parsed JSON text whose properties can be picked. */
export type Json = string | Token | null | Json[] | { [key: string]: Json }

/** A number or boolean exactly as it was written, so that a long integer keeps its digits. */
class Token {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/** The text as JSON, numbers and booleans as they are written; undefined where it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text, keepSource) as Json
  } catch {
    return undefined
  }
}

/**
 * The property of a JSON value: `name` at the top level, or a JSON pointer (RFC 6901) that begins with `/`. `root` is what
 * `parseJson` answered. Undefined where there is no such property, or it is null. Faults never quote.
 */
export function pickProperty(
  root: Json | undefined,
  property: string,
): { found: string | undefined } | { fault: Fault } {
  if (root === undefined) return { fault: NOT_JSON }
  const steps = property.startsWith('/') ? property.slice(1).split('/').map(unescapeStep) : [property]
  let node: Json | undefined = root
  for (const step of steps) node = child(node, step)
  if (node === undefined || node === null) return { found: undefined }
  if (typeof node === 'string') return { found: node }
  if (node instanceof Token) return { found: node.source }
  return { fault: NO_VALUE }
}

const NOT_JSON: Fault = {
  message: 'the value is not JSON, so it has no properties',
  hint: 'drop `#…` from the reference',
}
const NO_VALUE: Fault = {
  message: 'the property is an object or a list, not a value',
  hint: 'point further into it with a JSON pointer: #/outer/inner',
}

function keepSource(_key: string, value: unknown, context?: { source?: string }): unknown {
  const primitive = typeof value === 'number' || typeof value === 'boolean'
  return primitive ? new Token(context?.source ?? String(value)) : value
}

function child(node: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(node)) return /^(?:0|[1-9]\d*)$/.test(step) ? node[Number(step)] : undefined
  if (node === null || typeof node !== 'object' || node instanceof Token) return undefined
  return Object.hasOwn(node, step) ? node[step] : undefined
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
