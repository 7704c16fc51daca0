import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { parseAllDocuments } from 'yaml'

const ROOT = resolve(import.meta.dirname, '../..')
const FENCE = /^(?<indent> *)```ya?ml[^\n]*\n(?<body>[\s\S]*?)^\k<indent>```/gm
/** Up to `steps:`, for a block that only shows steps. */
const JOB = `name: Example
on: push
permissions: {}
jobs:
  example:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
`

/** A workflow, wherever it stands. */
export interface WorkflowText {
  /** As a report names it: `README.md:12`, or the path of the file. */
  readonly place: string
  readonly text: string
}

/** Every workflow of the project: its own, those in examples/, and those in the YAML blocks of its pages. */
export function workflowTexts(): readonly WorkflowText[] {
  const files = ['.github/workflows', 'examples']
    .flatMap((folder) => filesBelow(folder, /\.ya?ml$/))
    .flatMap((place) => asWorkflow(place, read(place)))
  const pages = readdirSync(ROOT)
    .filter((name) => name.endsWith('.md'))
    .concat(filesBelow('docs', /\.md$/), filesBelow('examples', /\.md$/))
  return [...files, ...pages.flatMap(blocksOf)]
}

/** The workflows in a page's fenced blocks. A block that is only a list of steps becomes a job. */
function blocksOf(page: string): WorkflowText[] {
  const text = read(page)
  return [...text.matchAll(FENCE)].flatMap(({ index, groups = {} }) => {
    const { indent = '', body = '' } = groups
    const line = text.slice(0, index).split('\n').length
    return asWorkflow(`${page}:${line}`, body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
  })
}

function asWorkflow(place: string, text: string): WorkflowText[] {
  const content = parseAt(place, text)
  if (isMapping(content) && 'jobs' in content) return [{ place, text }]
  if (Array.isArray(content) && content.length > 0 && content.every(isStep))
    return [{ place, text: JOB + text.replaceAll(/^(?=.)/gm, '      ') }]
  return []
}

/** The content of a YAML text; undefined where it is several documents, which no workflow is. */
function parseAt(place: string, text: string): unknown {
  const documents = [...parseAllDocuments(text)]
  const [wrong] = documents.flatMap(({ errors }) => errors)
  if (wrong !== undefined) throw new Error(`${place} is no YAML`, { cause: wrong })
  return documents.length === 1 ? (documents[0]?.toJS() as unknown) : undefined
}

function isStep(item: unknown): boolean {
  return isMapping(item) && ('uses' in item || 'run' in item)
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function filesBelow(folder: string, name: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replaceAll('\r\n', '\n')
}
