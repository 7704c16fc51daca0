import { isMap, isScalar, isSeq, LineCounter, type Document, type Pair, type YAMLSeq } from 'yaml'
import { parseFailsafe } from '../config/parser.ts'
import type { Finding } from './finding.ts'

/** The names by which kustomize finds its file, first the one that is made here. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const

/** Files that have to be listed as resources, and files that must not be. */
export interface Resources {
  readonly present: readonly string[]
  readonly absent: readonly string[]
}

/** What kustomize makes of the names and namespaces of objects. */
export interface Transformers {
  readonly namePrefix: string
  readonly nameSuffix: string
  readonly namespace: string
}

export type Edited =
  { readonly text: string; readonly transformers: Transformers } | { readonly problem: Finding }

/** A kustomization of nothing but these resources. */
export function newKustomization(files: readonly string[]): string {
  const items = [...files].sort().map((file) => `  - ${file}\n`)
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${items.join('')}`
}

/** The kustomization with its resources brought up to date, and nothing else in it touched: not a comment, not a blank. */
export function editKustomization(text: string, resources: Resources): Edited {
  const read = readResources(text)
  if ('problem' in read) return read
  const { entries, transformers } = read
  const added = [...resources.present]
    .sort()
    .filter((file) => !entries.includes(file) && !entries.includes(`./${file}`))
  const removed = new Set(resources.absent.flatMap((file) => [file, `./${file}`]))
  const wanted = [...entries.filter((entry) => !removed.has(entry)), ...added]
  if (added.length === 0 && wanted.length === entries.length) return { text, transformers }
  const edited = splice(text, { removed, added })
  const after = edited === undefined ? undefined : readResources(edited)
  if (edited === undefined || after === undefined || 'problem' in after || !sameList(after.entries, wanted))
    return {
      problem: byHand(
        added,
        entries.filter((entry) => removed.has(entry)),
      ),
    }
  return { text: edited, transformers }
}

interface Read {
  readonly entries: readonly string[]
  readonly transformers: Transformers
}

function readResources(text: string): Read | { problem: Finding } {
  const document = parseFailsafe(text, new LineCounter())
  const root = document?.contents
  if (document === undefined || document.errors.length > 0 || !isMap(root)) return { problem: NOT_ONE }
  const keys = root.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''))
  if (new Set(keys).size < keys.length) return { problem: NOT_ONE }
  const list = pairOf(document, 'resources')?.value
  if (isSeq(list) ? !list.items.every((item) => isScalar(item)) : !isEmpty(list)) return { problem: NO_LIST }
  const word = (key: string): string => {
    const value = pairOf(document, key)?.value
    return isScalar(value) ? String(value.value) : ''
  }
  const transformers = {
    namePrefix: word('namePrefix'),
    nameSuffix: word('nameSuffix'),
    namespace: word('namespace'),
  }
  return {
    entries: isSeq(list) ? list.items.map((item) => (isScalar(item) ? String(item.value) : '')) : [],
    transformers,
  }
}

const NOT_ONE: Finding = {
  message: 'is no kustomization that can be read: not YAML, or with a key twice',
  hint: 'correct it; where it was merged, look for conflict markers',
}

const NO_LIST: Finding = {
  message: 'has `resources` that is no plain list of names',
  hint: 'write one `- name` a line',
}

function byHand(added: readonly string[], removed: readonly string[]): Finding {
  const parts = [
    ...(added.length === 0 ? [] : [`add ${added.join(', ')}`]),
    ...(removed.length === 0 ? [] : [`remove ${removed.join(', ')}`]),
  ]
  return {
    message: 'is written in a way that can’t be edited without touching the rest',
    hint: `edit its \`resources\` by hand: ${parts.join('; ')}`,
  }
}

interface Change {
  readonly removed: ReadonlySet<string>
  readonly added: readonly string[]
}

/** The text with lines taken out and put in; undefined where its form does not allow that. */
function splice(text: string, change: Change): string | undefined {
  const document = parseFailsafe(text, new LineCounter())
  if (document === undefined) return undefined
  const pair = pairOf(document, 'resources')
  const list = pair?.value
  if (pair === undefined) return `${endLine(text)}resources:\n${lines(change.added, '  ')}`
  if (!isSeq(list)) return spliceEmpty(text, pair, change)
  return list.flow === true ? spliceFlow(text, list, change) : spliceBlock(text, list, change)
}

function spliceEmpty(text: string, { key }: Pair, { added }: Change): string | undefined {
  const end = rangeOf(key)?.[1]
  if (end === undefined) return undefined
  const line = lineEnd(text, end)
  const [, rest = ''] = /^\s*:(.*)$/s.exec(text.slice(end, line).replace(/\r?\n$/, '')) ?? []
  const comment = /^\s*(?:null|~)?\s*(#.*)?$/.exec(rest)?.[1]
  if (comment === undefined && rest.trim() !== '' && !/^\s*(?:null|~)\s*$/.test(rest)) return undefined
  const head = `${text.slice(0, end)}:${comment === undefined ? '' : ` ${comment}`}\n`
  return `${head}${lines(added, '  ')}${text.slice(line)}`
}

function spliceFlow(text: string, list: YAMLSeq, { removed, added }: Change): string | undefined {
  const range = list.range
  if (!range) return undefined
  const kept = list.items.flatMap((item) => {
    const at = rangeOf(item)
    const isGone = isScalar(item) && removed.has(String(item.value))
    return at === undefined || isGone ? [] : [text.slice(at[0], at[1])]
  })
  return `${text.slice(0, range[0])}[${[...kept, ...added].join(', ')}]${text.slice(range[1])}`
}

function spliceBlock(text: string, list: YAMLSeq, { removed, added }: Change): string | undefined {
  const items = list.items.map((item) => {
    const [start, end] = rangeOf(item) ?? [0, 0]
    const from = text.lastIndexOf('\n', start - 1) + 1
    return {
      value: isScalar(item) ? String(item.value) : '',
      from,
      dash: text.slice(from, start),
      to: lineEnd(text, end),
    }
  })
  const last = items.at(-1)
  if (last === undefined || items.some(({ dash }) => !/^ *- +$/.test(dash))) return undefined
  const indent = last.dash.slice(0, last.dash.indexOf('-'))
  const inserted = lines(added, indent)
  const cut = items.filter(({ value }) => removed.has(value)).toReversed()
  const before = endLine(text.slice(0, last.to)) + inserted + text.slice(last.to)
  const after = cut.reduce((rest, { from, to }) => rest.slice(0, from) + rest.slice(to), before)
  const isEmptied = cut.length === items.length && added.length === 0
  return isEmptied ? after.replace(/^(resources:)[ \t]*(?=\r?$|#| #)/m, '$1 []') : after
}

function lines(files: readonly string[], indent: string): string {
  return files.map((file) => `${indent}- ${file}\n`).join('')
}

function pairOf(document: Document, key: string): Pair | undefined {
  const { contents } = document
  return isMap(contents)
    ? contents.items.find((pair) => isScalar(pair.key) && pair.key.value === key)
    : undefined
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return isScalar(value) && (value.value === null || /^(?:null|~)?$/.test(value.source ?? 'x'))
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return (node as { range?: [number, number, number] } | null)?.range
}

/** Where the line after the one of `offset` begins. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index])
}
