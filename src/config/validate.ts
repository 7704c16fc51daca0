import type * as z from 'zod'
import type { Problem } from '../error.ts'
import { didYouMean, suggest } from './suggest.ts'
import type { ParsedDocument, Path } from './document.ts'
import { MOST_PROBLEMS } from './parser.ts'

type Issue = z.core.$ZodIssue

/** Where an issue at `path` of the checked value stands in the file. */
export type Locate = (path: Path, options?: { key?: boolean }) => ReturnType<ParsedDocument['place']>

/**
 * The value in the schema's types, or its problems with their places, of very many the first hundred. Nothing that stands
 * in the file is quoted.
 */
export function validate<S extends z.ZodType>(
  schema: S,
  value: unknown,
  locate: Locate,
): { value: z.output<S> } | { problems: readonly Problem[] } {
  const result = schema.safeParse(value)
  if (result.success) return { value: result.data }
  const found = { schema, value, locate }
  const told = result.error.issues.slice(0, MOST_PROBLEMS)
  return { problems: told.flatMap((issue) => describeIssue(issue, found)) }
}

interface Found {
  readonly schema: z.ZodType
  readonly value: unknown
  readonly locate: Locate
}

function describeIssue(issue: Issue, found: Found): Problem[] {
  const path = pathOf(issue)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MOST_PROBLEMS).map((key) => unknownKey(key, path, found))
  if (issue.code === 'invalid_key') return [invalidName(path, found)]
  const inner = issue.code === 'invalid_union' ? mappingForm(issue, path) : undefined
  if (inner !== undefined) return inner.flatMap((each) => describeIssue(each, found))
  const missing = !isThere(found.value, path)
  const { message, hint } = words(issue)
  return [
    {
      code: 'CONFIG_INVALID',
      message: `${title(path)} ${missing ? 'is missing' : message}`,
      hint: missing && issue.code !== 'invalid_value' ? 'add it; see docs/reference.md' : hint,
      at: found.locate(path),
    },
  ]
}

function pathOf({ path }: Issue): (string | number)[] {
  return path.map((step) => (typeof step === 'symbol' ? '' : step))
}

function title(path: Path): string {
  return path.length === 0 ? 'the file' : `\`${path.join('.')}\``
}

function isThere(value: unknown, path: Path): boolean {
  let node = value
  for (const step of path) node = (node as Readonly<Record<string, unknown>> | undefined)?.[step]
  return node !== undefined
}

/** Of a union, what is wrong in the form that is a mapping, where a mapping was written; undefined elsewhere. */
function mappingForm(issue: Issue & { code: 'invalid_union' }, path: Path): readonly Issue[] | undefined {
  const form = issue.errors.find((issues) => issues.every((each) => !isWrongType(each)))
  return form?.map((each) => ({ ...each, path: [...path, ...each.path] }))
}

/** Whether the whole is of another type or value than the form. */
function isWrongType({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')
}

/** A name that is not valid is not quoted: a value may stand in its place. */
function invalidName(path: Path, { locate }: Found): Problem {
  return {
    code: 'CONFIG_INVALID',
    message: `${title(path.slice(0, -1))} has a name that is not valid`,
    hint: 'use letters, digits, `.`, `_` and `-`',
    at: locate(path, { key: true }),
  }
}

/** An unknown key is not quoted either: it may be a value whose `key:` was forgotten. */
function unknownKey(key: string, path: Path, { schema, locate }: Found): Problem {
  const known = knownKeys(schema, path)
  const near = suggest(key, known)
  return {
    code: 'CONFIG_INVALID',
    message: `${title(path)} has a key that is not known here${near === undefined ? '' : `: did you mean \`${near}\`?`}`,
    hint: near === undefined ? didYouMean(key, known) : 'correct or remove the key',
    at: locate([...path, key], { key: true }),
  }
}

function words(issue: Issue): { message: string; hint: string } {
  if (issue.code === 'invalid_type') return typeWords(issue.expected)
  if (issue.code === 'invalid_value')
    return {
      message: 'is none of the values that it may have',
      hint: `write one of: ${issue.values.map(String).join(', ')}`,
    }
  // Our own words, of `ctx.addIssue`: they name places, never values.
  if (issue.code === 'custom' && typeof issue.params?.['hint'] === 'string')
    return { message: issue.message, hint: issue.params['hint'] }
  return OTHER_WORDS[issue.code] ?? { message: 'is not valid', hint: 'see docs/reference.md' }
}

const OTHER_WORDS: Readonly<Partial<Record<Issue['code'], { message: string; hint: string }>>> = {
  invalid_union: {
    message: 'has neither of the forms that it may have',
    hint: 'see docs/reference.md for its forms',
  },
  too_small: { message: 'is empty', hint: 'name at least one' },
}

function typeWords(expected: string): { message: string; hint: string } {
  if (expected === 'string')
    return { message: 'must be text, and not be empty', hint: 'give it a value; an empty one is written ""' }
  if (expected === 'array')
    return { message: 'must be a list', hint: 'write `[a, b]` or one `- item` a line' }
  return { message: 'must be a mapping', hint: 'write `key: value` lines, indented' }
}

/** The keys that the schema knows at `path`. */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  let node: unknown = schema
  for (const step of path) node = child(unwrap(node), String(step))
  const shape = (unwrap(node) as { shape?: Record<string, unknown> } | undefined)?.shape
  return shape === undefined ? [] : Object.keys(shape)
}

interface Def {
  readonly innerType?: unknown
  readonly valueType?: unknown
  readonly options?: readonly unknown[]
}

function child(node: unknown, step: string): unknown {
  const { shape, def } = (node ?? {}) as { shape?: Record<string, unknown>; def?: Def }
  return shape?.[step] ?? def?.valueType
}

function unwrap(node: unknown): unknown {
  const def = (node as { def?: Def } | undefined)?.def
  if (def?.innerType !== undefined) return unwrap(def.innerType)
  const object = def?.options?.find((option) => 'shape' in (option as object))
  return object ?? node
}
