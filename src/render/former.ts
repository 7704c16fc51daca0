import { parseYaml, type Plain } from '../config/document.ts'
import type { Place, Problem } from '../error.ts'
import { SET_ANNOTATION } from '../kubernetes/set.ts'
import { at } from '../manifests/sealed-secret.ts'
import { isMapping, readYaml, type Mapping, type Node } from '../manifests/yaml.ts'
import type { FoundFile } from '../output-files.ts'

/** The object that a file of the output directory holds now. */
export interface Former {
  readonly root: Mapping
  /** Whether the file is in the shape that is written here, byte for byte: nothing of anybody else’s is in it. */
  readonly canonical: boolean
}

const CONFLICT = /^(?:<{7}|>{7}|\|{7}) /m

/** The object in a file, or why it can't be written over. `shown` is the file's path. */
export function readFormer(
  file: FoundFile,
  shown: string,
): { former: Former } | { problems: readonly Problem[] } {
  if (file.kind !== 'file') return { problems: [unusable(file.kind, shown)] }
  const root = readYaml(file.text)
  if (root !== undefined) return { former: { root, canonical: true } }
  const conflict = CONFLICT.exec(file.text)
  if (conflict !== null) return { problems: [conflicting(shown, lineOf(file.text, conflict.index))] }
  return readForeign(file.text, shown)
}

/** Any YAML of one document that is a mapping. */
function readForeign(text: string, shown: string): { former: Former } | { problems: readonly Problem[] } {
  const document = parseYaml(text, (line, column): Place => ({ file: shown, line, column }))
  if (document.problems.length > 0)
    return {
      problems: document.problems.map((problem) => ({
        ...problem,
        code: 'OUTPUT_INVALID',
        message: `${shown}: ${problem.message}`,
        hint: `${problem.hint}; or delete the file, and it is rendered anew`,
      })),
    }
  const root = nodeOf(document.root)
  if (isMapping(root)) return { former: { root, canonical: false } }
  return {
    problems: [
      {
        code: 'OUTPUT_INVALID',
        message: `${shown} is not an object of Kubernetes`,
        hint: 'delete it, or choose another `output-directory`',
        at: { file: shown },
      },
    ],
  }
}

function nodeOf(plain: Plain): Node {
  if (plain === null) return ''
  if (typeof plain === 'string') return plain
  if (Array.isArray(plain)) return (plain as readonly Plain[]).map(nodeOf)
  return new Map(
    Object.entries(plain as Readonly<Record<string, Plain>>).map(([key, value]) => [key, nodeOf(value)]),
  )
}

/**
 * Why the object may not be written over by one of this kind, name and set; undefined where it may: it is of the set, or
 * of nobody and of the same kind.
 */
export function claimProblem(
  { root }: Former,
  { kind, set, shown }: { kind: string; set: string; shown: string },
): Problem | undefined {
  const found = { kind: textAt(root, 'kind'), set: textAt(root, 'metadata', 'annotations', SET_ANNOTATION) }
  const refuse = (code: Problem['code'], message: string, hint: string): Problem => ({
    code,
    message: `${shown} ${message}`,
    hint,
    at: { file: shown },
  })
  if (found.kind === 'Secret')
    return kind === 'Secret'
      ? undefined
      : refuse('OUTPUT_INVALID', 'is a Secret as it is, where a sealed one is to be', PLAIN_HINT)
  if (found.set !== undefined && found.set !== set)
    return refuse(
      'OWNED_BY_OTHER',
      'belongs to another set',
      'use another `output-directory`, or the same `set`',
    )
  if (found.set === undefined && found.kind !== kind)
    return refuse(
      'OUTPUT_INVALID',
      `holds another object than a ${kind}`,
      'rename it, or choose another `output-directory`',
    )
  return undefined
}

export const PLAIN_HINT =
  'delete it, and replace its values where they are kept: whoever can read the repository has read them'

function textAt(root: Mapping, ...steps: readonly string[]): string | undefined {
  const node = at(root, ...steps)
  return typeof node === 'string' ? node : undefined
}

export function unusable(kind: FoundFile['kind'], shown: string): Problem {
  return {
    code: 'OUTPUT_INVALID',
    message:
      kind === 'link' ? `${shown} is a link` : `${shown} is no regular file, can’t be read, or is too large`,
    hint: 'delete it, or choose another `output-directory`',
    at: { file: shown },
  }
}

function conflicting(shown: string, line: number): Problem {
  return {
    code: 'OUTPUT_INVALID',
    message: `${shown} has conflict markers of Git in it`,
    hint: 'take either side (`git checkout --ours` or `--theirs`) and run again: values that differ are sealed anew',
    at: { file: shown, line },
  }
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
