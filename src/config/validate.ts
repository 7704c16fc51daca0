import type { z } from 'zod'
import type { Problem } from '../error.ts'
import { didYouMean, suggest } from './suggest.ts'
import type { ParsedDocument, Path } from './document.ts'

type Issue = z.core.$ZodIssue

/** Where an issue at `path` of the checked value stands in the file. */
export type Locate = (path: Path, options?: { key?: boolean }) => ReturnType<ParsedDocument['place']>

/** The value in the schema's types, or every problem with its place. Nothing that stands in the file is quoted. */
export function validate<S extends z.ZodType>(
  schema: S,
  value: unknown,
  locate: Locate,
): { value: z.output<S> } | { problems: readonly Problem[] } {
  const result = schema.safeParse(value)
  if (result.success) return { value: result.data }
  return { problems: result.error.issues.flatMap((issue) => describeIssue({ issue, schema, locate })) }
}

interface Found {
  readonly issue: Issue
  readonly schema: z.ZodType
  readonly locate: Locate
}

function describeIssue({ issue, schema, locate }: Found): Problem[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? '' : step))
  const where = path.join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey({ key, path, schema, locate }))
  const isKey = issue.code === 'invalid_key'
  const { message, hint } = words(issue)
  return [
    {
      code: 'CONFIG_INVALID',
      message: `${where === '' ? 'the file' : `\`${where}\``} ${message}`,
      hint,
      at: locate(path, { key: isKey }),
    },
  ]
}

/** An unknown key is not quoted either: it may be a value whose `key:` was forgotten. */
function unknownKey({
  key,
  path,
  schema,
  locate,
}: {
  key: string
  path: Path
  schema: z.ZodType
  locate: Locate
}): Problem {
  const known = knownKeys(schema, path)
  const near = suggest(key, known)
  const where = path.length === 0 ? 'the file' : `\`${path.join('.')}\``
  return {
    code: 'CONFIG_INVALID',
    message: `${where} has a key that is not known here${near === undefined ? '' : `: did you mean \`${near}\`?`}`,
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
  return OTHER_WORDS[issue.code] ?? { message: 'is not valid', hint: 'see docs/reference.md' }
}

const OTHER_WORDS: Readonly<Partial<Record<Issue['code'], { message: string; hint: string }>>> = {
  invalid_union: {
    message: 'has neither of the forms that it may have',
    hint: 'see docs/reference.md for its forms',
  },
  invalid_key: { message: 'is not a valid name', hint: 'use letters, digits, `.`, `_` and `-`' },
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
