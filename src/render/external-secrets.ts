import type { Problem } from '../error.ts'
import type { OperatorObject } from '../external/manifest.ts'
import { renderExternal } from '../external/render.ts'
import { SET_ANNOTATION } from '../kubernetes/set.ts'
import { at } from '../manifests/sealed-secret.ts'
import { isMapping, writeYaml, type Mapping, type Node } from '../manifests/yaml.ts'
import { claimProblem, readFormer, type Former } from './former.ts'
import type { RenderedFile, RenderedKey } from './rendered-file.ts'
import type { Rendering, RenderJob } from './renderer.ts'
import { rewrite } from './rewrite.ts'

/** `deliver: external-secret`: one ExternalSecret a file, and the stores and PushSecrets that are asked for. */
export function renderExternalSecrets(job: RenderJob): Promise<Rendering> {
  const { objects, problems, warnings, notices } = renderExternal(job.config, '')
  for (const { message, hint, at: place } of warnings)
    job.world.effects.log.warning(`${message}. ${hint}`, place)
  const done = objects.map((object) => renderObject(object, job))
  return Promise.resolve({
    files: done.flatMap(({ file }) => file ?? []),
    problems: [...problems, ...done.flatMap((each) => each.problems)],
    notices,
  })
}

export interface Done {
  readonly file?: RenderedFile
  readonly problems: readonly Problem[]
}

/** The file of an object, or why it may not be written. */
export function renderObject(object: OperatorObject, job: RenderJob): Done {
  const { kind, namespace = '', name } = object
  const file = fileNameOf(object, job)
  const found = findFormer(file, kind, job)
  if ('problems' in found) return found
  const { former, text } = found
  const wanted = withSet(nodeOf(object.body), job.set.name)
  const content = former === undefined ? writeYaml(wanted) : rewrite(text, former, wanted).text
  const keys = keysOf(object, former, wanted)
  return { file: { name: file, content, object: { kind, namespace, name, keys } }, problems: [] }
}

interface Found {
  /** Undefined where there is no file yet. */
  readonly former: Former | undefined
  readonly text: string
}

/** The file as it is now, or why it may not be written over. */
function findFormer(
  file: string,
  kind: string,
  { existing, config, set }: RenderJob,
): Found | { readonly problems: readonly Problem[] } {
  const found = existing.get(file)
  if (found === undefined) return { former: undefined, text: '' }
  const shown = `${config.outputDirectory ?? '.'}/${file}`
  const read = readFormer(found, shown)
  if ('problems' in read) return read
  const claim = claimProblem(read.former, { kind, set: set.name, shown })
  return claim === undefined ? { former: read.former, text: found.text } : { problems: [claim] }
}

/** A Secret's file is called as it is in every delivery; what stands beside it is called after its kind too. */
function fileNameOf({ kind, namespace = '', name }: OperatorObject, { fileName }: RenderJob): string {
  if (kind === 'ExternalSecret') return fileName({ namespace, name })
  const prefix = kind === 'PushSecret' ? 'push' : 'store'
  return `${prefix}-${fileName({ namespace, name })}`
}

/** Whose it is, on the object itself: what the operator makes of it is the operator's. */
function withSet(body: Mapping, set: string): Mapping {
  const metadata = body.get('metadata')
  const marked = isMapping(metadata) ? metadata : new Map<string, Node>()
  return new Map([
    ...body,
    ['metadata', new Map<string, Node>([...marked, ['annotations', new Map([[SET_ANNOTATION, set]])]])],
  ])
}

function keysOf(
  { sources }: OperatorObject,
  former: Former | undefined,
  wanted: Mapping,
): readonly RenderedKey[] {
  const [before, after] = [contentsOf(former?.root), contentsOf(wanted)]
  const present = [...sources].map(([key, source]): RenderedKey => {
    const old = before.get(key)
    const action = old === undefined ? 'added' : old === after.get(key) ? 'same' : 'changed'
    return { key, action, source }
  })
  const removed = [...before.keys()].filter((key) => !sources.has(key))
  return [...present, ...removed.map((key) => ({ key, action: 'removed', source: '' }) as const)]
}

/** What says where each key comes from, as text that is compared. */
function contentsOf(root: Mapping | undefined): ReadonlyMap<string, string> {
  if (root === undefined) return new Map()
  const template = at(root, 'spec', 'target', 'template', 'data')
  const data = at(root, 'spec', 'data')
  const items = (Array.isArray(data) ? (data as readonly Node[]) : []).filter(isMapping)
  if (!isMapping(template)) return new Map(items.map((item) => [nameOf(item), textOf(item)]))
  return new Map(
    [...template].map(([key, text]) => {
      const used = items.filter((item) => textOf(text).includes(nameOf(item)))
      return [key, [textOf(text), ...used.map(textOf)].join('\n')]
    }),
  )
}

/** What an item of `data` is called: in an ExternalSecret and in a PushSecret. */
function nameOf(item: Mapping): string {
  const name = at(item, 'secretKey') ?? at(item, 'match', 'secretKey')
  return typeof name === 'string' ? name : ''
}

function textOf(node: Node): string {
  return writeYaml(new Map([['node', node]]))
}

function nodeOf(body: Readonly<Record<string, unknown>>): Mapping {
  return new Map(
    Object.entries(body).flatMap(([key, value]) => (value === undefined ? [] : [[key, toNode(value)]])),
  )
}

function toNode(value: unknown): Node {
  if (Array.isArray(value)) return value.map(toNode)
  if (typeof value === 'object' && value !== null) return nodeOf(value as Readonly<Record<string, unknown>>)
  return value as string | number | boolean
}
