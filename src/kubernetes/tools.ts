import type { LiveSecret } from './cluster.ts'

/** Who a tool's object is exactly, where it tells; undefined where the sign is absent. `ours` is our own field manager. */
type Sign = (live: LiveSecret, ours: string) => string | undefined

/** A tool that makes Secrets: how what is its own is told, by its own documentation and sources. */
export interface Tool {
  /** As reports name it. */
  readonly owner: string
  /** As `adopt-from` names it; undefined where nothing can be taken from it. */
  readonly word: string | undefined
  readonly signs: readonly Sign[]
  /** Its field managers. */
  readonly managers: RegExp | undefined
  /** What the keys of its labels and annotations begin with. */
  readonly marks: readonly string[]
  /** The kind of its objects that stand in ownerReferences. */
  readonly kind: string | undefined
}

type Marks = 'labels' | 'annotations'

/** The mark's value. One that only our own field manager has set is the user's, and no sign of anybody. */
const mark =
  (kind: Marks, key: string): Sign =>
  (live, ours) => {
    const owners = live.managedFields.filter((entry) => entry[kind].has(key))
    const onlyOurs = owners.length > 0 && owners.every(({ manager: name }) => name === ours)
    return onlyOurs ? undefined : live[kind][key]
  }
const annotation = (key: string): Sign => mark('annotations', key)
const label = (key: string): Sign => mark('labels', key)
const manager =
  (pattern: RegExp): Sign =>
  ({ managedFields }) =>
    managedFields.map((entry) => pattern.exec(entry.manager)).find((match) => match !== null)?.[1]

const EXTERNAL_SECRETS = /^externalsecrets\.external-secrets\.io\/(.+)$/
const ARGO_CD = /^(argocd-.+)$/
const FLUX = /^((?:kustomize|helm)-controller)$/
const CERT_MANAGER = /^(cert-manager-.+)$/

/** In this order they are looked for. */
export const TOOLS: readonly Tool[] = [
  {
    owner: 'External Secrets',
    word: 'external-secrets',
    signs: [manager(EXTERNAL_SECRETS), label('reconcile.external-secrets.io/created-by')],
    managers: EXTERNAL_SECRETS,
    marks: ['reconcile.external-secrets.io/'],
    kind: 'ExternalSecret',
  },
  {
    owner: 'Helm',
    word: 'helm',
    signs: [
      annotation('meta.helm.sh/release-name'),
      ({ labels }) => (labels['app.kubernetes.io/managed-by'] === 'Helm' ? '' : undefined),
    ],
    managers: /^helm$/,
    marks: ['meta.helm.sh/'],
    kind: undefined,
  },
  {
    owner: 'Argo CD',
    word: 'argo-cd',
    signs: [
      annotation('argocd.argoproj.io/tracking-id'),
      label('argocd.argoproj.io/instance'),
      manager(ARGO_CD),
    ],
    managers: ARGO_CD,
    marks: ['argocd.argoproj.io/'],
    kind: undefined,
  },
  {
    owner: 'Flux',
    word: 'flux',
    signs: [label('kustomize.toolkit.fluxcd.io/name'), label('helm.toolkit.fluxcd.io/name'), manager(FLUX)],
    managers: FLUX,
    marks: ['kustomize.toolkit.fluxcd.io/', 'helm.toolkit.fluxcd.io/'],
    kind: undefined,
  },
  {
    owner: 'Sealed Secrets',
    word: 'sealed-secrets',
    signs: [annotation('sealedsecrets.bitnami.com/managed')],
    // The controller's own name for itself, by its field manager.
    managers: /^controller$/,
    marks: ['sealedsecrets.bitnami.com/'],
    kind: 'SealedSecret',
  },
  {
    owner: 'cert-manager',
    word: 'cert-manager',
    signs: [annotation('cert-manager.io/certificate-name'), manager(CERT_MANAGER)],
    managers: CERT_MANAGER,
    marks: ['cert-manager.io/', 'controller.cert-manager.io/'],
    kind: 'Certificate',
  },
  {
    owner: 'the ServiceAccount',
    word: undefined,
    signs: [annotation('kubernetes.io/service-account.name')],
    managers: undefined,
    marks: [],
    kind: undefined,
  },
]

/** The tools that `adopt-from` can name. */
export const TOOL_WORDS: readonly string[] = TOOLS.flatMap(({ word }) => word ?? [])

/** Whether a field manager is kubectl's: whatever somebody did by hand, and what server-side apply found without an owner. */
export function isKubectl(name: string): boolean {
  return /^kubectl(?:-.+)?$/.test(name) || name === 'before-first-apply'
}
