import type { ManifestRule } from './rules.ts'

/** What a file is to this layer, by its name and a glance; undefined where it has nothing to look for. */
export type Format =
  | { readonly kind: 'tree'; readonly rule: ManifestRule }
  | { readonly kind: 'dotenv' }
  | { readonly kind: 'terraform' }

export function formatOf(path: string, text: string): Format | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const kind = KINDS.find(({ pattern }) => pattern.test(name))?.kind
  if (kind === undefined || EXAMPLE.test(name) || !TRIGGER.test(text)) return undefined
  if (kind !== 'tree') return { kind }
  const rule = ruleOf(path, name, text)
  return rule === undefined ? undefined : { kind, rule }
}

/** What has none of these has no secret that goes by its name. Most files end here. */
const TRIGGER =
  /secret|pass|token|[a-z0-9][-_]?key|credential|pwd|auth|dsn|private|:\/\/[^\s/@]{1,100}@|pw\b/i

/** Files that say of themselves that they are to be filled in. */
const EXAMPLE =
  /(?:^(?:example|sample)|[._-](?:example|sample|template|dist|tmpl))(?:$|\.(?:ya?ml|json|env|tfvars|tf|properties)$)/i

/** By their names. */
const KINDS: readonly { kind: Format['kind']; pattern: RegExp }[] = [
  {
    kind: 'dotenv',
    pattern:
      /^\.env(?:\.|$)|^\.envrc$|\.env$|^env\.(?!ya?ml$|json$)\w+$|(?:secret|credential|password)[\w-]*\.(?:txt|properties|ini|cfg|conf|env)$/i,
  },
  { kind: 'terraform', pattern: /\.(?:tf|tfvars|hcl)$/ },
  {
    kind: 'tree',
    pattern:
      /\.(?:ya?ml|json|tpl|gotmpl|ya?ml\.(?:j2|tmpl|gotmpl|erb|template|tpl)|kubeconfig)$|^(?:kubeconfig|kustomization|\.dockerconfigjson|\.dockercfg|config)$/i,
  },
]

function ruleOf(path: string, name: string, text: string): ManifestRule | undefined {
  const named = NAMED.find(({ pattern }) => pattern.test(path))
  if (named !== undefined) return named.rule
  if (text.includes('"auths"') || /^auths:/m.test(text)) return 'docker-config'
  if (KIND.test(text)) return 'kubernetes-field'
  return COMPOSE.test(text) && !name.endsWith('.json') ? 'compose' : undefined
}

const NAMED: readonly { pattern: RegExp; rule: ManifestRule }[] = [
  { pattern: /\.tfvars\.json$|\.tf\.json$/, rule: 'terraform' },
  {
    pattern: /(?:^|\/)values[\w.-]*\.ya?ml$|[-._]values\.ya?ml$|(?:^|\/)(?:helm-)?values\/[^/]+\.ya?ml$/i,
    rule: 'helm-values',
  },
  { pattern: /(?:^|\/)(?:docker-)?compose[\w.-]*\.(?:ya?ml|json)$/i, rule: 'compose' },
  { pattern: /(?:^|\/)kustomization(?:\.ya?ml)?$/i, rule: 'kubernetes-field' },
  { pattern: /(?:^|\/)\.github\/(?:workflows|actions)\//, rule: 'kubernetes-env' },
]
const KIND = /(?:^|[\s"'{,-])kind["']?\s{0,4}:\s{0,4}["']?[A-Z]/
const COMPOSE = /^services:\s*$/m
