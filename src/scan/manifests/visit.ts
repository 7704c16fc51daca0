import { visitCommand } from './commands.ts'
import { visitAuths } from './docker-config.ts'
import { visitSecret } from './secret-object.ts'
import { nameOf, judgeScalar, type Sink, type Where } from './sink.ts'
import { assignmentOf } from './text-lines.ts'
import { readDocuments } from './yaml/read.ts'
import {
  child,
  entriesOf,
  itemsOf,
  textAt,
  type Entry,
  type Mapping,
  type Node,
  type Scalar,
} from './yaml/tree.ts'

/** Manifests within values within manifests. */
const NESTING_LIMIT = 3

/** Looks at everything in a document. `where` says what it is, until an object says so itself. */
export function visit(sink: Sink, node: Node | undefined, where: Where): void {
  if (node?.kind === 'sequence') for (const item of node.items) visit(sink, item, where)
  if (node?.kind === 'mapping') visitMapping(sink, node, where)
}

function visitMapping(sink: Sink, node: Mapping, where: Where): void {
  const kind = textAt(node, 'kind')
  if (kind !== undefined && SILENT.test(kind)) {
    visitTemplate(sink, node, kind)
    return
  }
  if (kind === 'Secret') {
    visitSecretObject(sink, node)
    return
  }
  const inner = kind === undefined ? where : scopeOf(node, kind, where)
  const paired = visitPair(sink, node, inner)
  for (const entry of node.entries) if (!(paired && entry.key === 'value')) visitEntry(sink, entry, inner)
}

/** Kinds that hold names of secrets, ciphertext, or rules, and keys called `password` or `token` for it. */
const SILENT =
  /^(?:SealedSecret|\w*ExternalSecret|\w*PushSecret|\w*SecretStore|SecretProviderClass\w*|Vault\w*|SopsSecret|OnePasswordItem|InfisicalSecret|DopplerSecret|BitwardenSecret|CustomResourceDefinition|\w*Role|\w*RoleBinding|NetworkPolicy|\w+WebhookConfiguration|\w+AdmissionPolicy\w*|APIService)$/

/** What the template of an ExternalSecret says word for word. */
function visitTemplate(sink: Sink, node: Mapping, kind: string): void {
  const template = child(node, 'spec', 'target', 'template')
  for (const section of ['data', 'stringData'])
    for (const { key, value } of entriesOf(child(template, section)))
      if (value?.kind === 'scalar')
        judgeScalar(sink, value, {
          rule: 'kubernetes-field',
          manner: 'named',
          object: objectOf(node, kind),
          path: [section, key],
        })
}

function visitSecretObject(sink: Sink, node: Mapping): void {
  const object = objectOf(node, 'Secret')
  visitSecret(sink, node, object)
  const metadata = child(node, 'metadata')
  if (metadata !== undefined)
    visitApplied(sink, metadata, { rule: 'kubernetes-secret', manner: 'declared', object, path: [] })
}

function scopeOf(node: Mapping, kind: string, where: Where): Where {
  const object = objectOf(node, kind)
  if (kind === 'ConfigMap') return { ...where, rule: 'kubernetes-configmap', object, path: [] }
  if (kind === 'Config' && child(node, 'users') !== undefined)
    return { ...where, rule: 'kubeconfig', manner: 'declared', object: '', path: ['kubeconfig'] }
  return child(node, 'metadata') === undefined
    ? where
    : { ...where, rule: 'kubernetes-field', object, path: [] }
}

function objectOf(node: Mapping, kind: string): string {
  const metadata = child(node, 'metadata')
  const names = [
    kind,
    textAt(metadata, 'namespace'),
    textAt(metadata, 'name') ?? textAt(metadata, 'generateName'),
  ]
  return names
    .filter((name) => name !== undefined)
    .map(nameOf)
    .join('/')
}

/** `{name: PASSWORD, value: …}`, as environment variables and parameters are written. */
function visitPair(sink: Sink, node: Mapping, where: Where): boolean {
  const name = textAt(node, 'name') ?? textAt(node, 'key') ?? textAt(node, 'path')
  const value = child(node, 'value')
  if (name === undefined || value?.kind !== 'scalar') return false
  judgeScalar(sink, value, { ...pairScope(name, where), name })
  return true
}

function pairScope(name: string, where: Where): Where {
  // A patch of a Secret's value.
  const manner = /^\/(?:data|stringData)\//.test(name) ? where.manner : 'named'
  if (!/env/i.test(where.path.at(-1) ?? '')) return { ...where, manner, path: [...where.path, name] }
  const rule = where.rule === 'kubernetes-field' ? 'kubernetes-env' : where.rule
  return { ...where, rule, manner, path: ['env', name] }
}

/** Names of Secrets and keys of theirs, and what is about the object alone. */
const NAMES_ONLY =
  /^(?:sops|valueFrom|secretKeyRef|configMapKeyRef|secretRef|configMapRef|remoteRef|envFrom|volumes|volumeMounts|labels|matchLabels|selector|imagePullSecrets|resources|openAPIV3Schema|status|managedFields|ownerReferences)$/

function visitEntry(sink: Sink, { key, value }: Entry, where: Where): void {
  if (value === undefined || NAMES_ONLY.test(key)) return
  const at = { ...where, path: [...where.path, key] }
  const special = SPECIAL.find(({ keys }) => keys.test(key))
  if (special !== undefined) special.visit(sink, value, at)
  else if (value.kind === 'scalar') visitScalar(sink, value, at)
  else visit(sink, value, at)
}

/** Keys whose values are not what other values are. */
const SPECIAL: readonly { keys: RegExp; visit: (sink: Sink, value: Node, where: Where) => void }[] = [
  { keys: /^metadata$/, visit: visitApplied },
  { keys: /^auths$/, visit: visitAuths },
  {
    keys: /^secretGenerator$/,
    visit: (sink, value, at) =>
      visitGenerators(sink, value, { ...at, rule: 'kustomize-secret', manner: 'declared' }),
  },
  {
    keys: /^configMapGenerator$/,
    visit: (sink, value, at) => visitGenerators(sink, value, { ...at, rule: 'kubernetes-configmap' }),
  },
  {
    keys: /^(?:args|command|entrypoint|cmd|run|script|scripts|test|before_script|after_script)$/,
    visit: visitCommand,
  },
  {
    keys: /^(?:environment|env|envs|build-args|buildArgs)$/,
    visit(sink, value, at) {
      if (value.kind === 'sequence') visitAssignments(sink, value, at)
      if (value.kind === 'scalar') visitScalar(sink, value, at)
      else visit(sink, value, at)
    },
  },
]

function visitScalar(sink: Sink, scalar: Scalar, where: Where): void {
  const key = where.path.at(-1) ?? ''
  const isManifest = scalar.text.includes('\n') || scalar.text.startsWith('{')
  if (isManifest && (NESTED.test(key) || /(?:^|\n)\s*"?kind"?\s*:|^\{\s*"/.test(scalar.text))) {
    visitNested(sink, scalar, VALUES.test(key) ? { ...where, rule: 'helm-values' } : where)
    return
  }
  judgeScalar(sink, scalar, where)
}

const NESTED =
  /^(?:values|valuesContent|valuesInline|patch|manifest|manifests|template|set|.*\.ya?ml|.*\.json)$/
const VALUES = /^values/

/** A document that is the text of a value. One that is written with escapes is marked as a whole. */
function visitNested(sink: Sink, scalar: Scalar, where: Where): void {
  if (sink.nesting >= NESTING_LIMIT) return
  if (scalar.style === 'block') {
    const from = sink.text.lastIndexOf('\n', scalar.start) + 1
    const inner = { ...sink, nesting: sink.nesting + 1 }
    for (const node of readDocuments(sink.text, from, scalar.end)) visit(inner, node, where)
  } else {
    const inner: Sink = { text: scalar.text, matches: [], nesting: sink.nesting + 1 }
    for (const node of readDocuments(inner.text)) visit(inner, node, where)
    const [first] = inner.matches
    if (first !== undefined) sink.matches.push({ ...first, start: scalar.start, end: scalar.end })
  }
}

/** A manifest as kubectl leaves it in an annotation, Secrets' values included. */
function visitApplied(sink: Sink, metadata: Node, where: Where): void {
  const annotation = child(metadata, 'annotations', 'kubectl.kubernetes.io/last-applied-configuration')
  if (annotation?.kind === 'scalar') visitNested(sink, annotation, where)
}

function visitGenerators(sink: Sink, value: Node, where: Where): void {
  for (const generator of itemsOf(value))
    for (const literal of itemsOf(child(generator, 'literals')))
      if (literal.kind === 'scalar')
        visitAssignment(sink, literal, { ...where, path: [...where.path, textAt(generator, 'name') ?? ''] })
}

/** `- NAME=value`. */
function visitAssignments(sink: Sink, list: Node, where: Where): void {
  for (const item of itemsOf(list)) if (item.kind === 'scalar') visitAssignment(sink, item, where)
}

function visitAssignment(sink: Sink, scalar: Scalar, where: Where): void {
  const assignment = assignmentOf(scalar.text)
  if (assignment === undefined) return
  const { name, start, value } = assignment
  const end =
    scalar.end - scalar.start === scalar.text.length ? scalar.end : scalar.start + start + value.length
  const inner: Scalar = {
    ...scalar,
    start: Math.min(scalar.start + start, end),
    end,
    text: scalar.text.slice(start),
  }
  judgeScalar(sink, inner, { ...where, path: [...where.path, name], name })
}
