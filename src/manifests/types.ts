import type { Finding } from './finding.ts'

const SHORT = {
  opaque: 'Opaque',
  tls: 'kubernetes.io/tls',
  registry: 'kubernetes.io/dockerconfigjson',
  'basic-auth': 'kubernetes.io/basic-auth',
  'ssh-auth': 'kubernetes.io/ssh-auth',
} as const

/** The short names of types, for the configuration. */
export const SHORT_TYPES: readonly string[] = Object.keys(SHORT)

/** Types that are not written, each with its reason. */
const REFUSED: Readonly<Record<string, Finding>> = {
  'kubernetes.io/service-account-token': {
    message: 'a Secret of this type gets its values from Kubernetes, not from a store',
    hint: 'let `kubectl create token` or a projected volume make short-lived tokens',
  },
  'bootstrap.kubernetes.io/token': {
    message: 'a Secret of this type lets machines join the cluster',
    hint: 'make bootstrap tokens with `kubeadm token create`',
  },
}

/** Only the action itself makes Secrets of these: its journal. */
const OWN_PREFIX = 'secretferry.github.io/'

/** Keys that the API server demands of a type: every one of `allOf`, and one at least of `oneOf` where it is not empty. */
export interface RequiredKeys {
  readonly allOf: readonly string[]
  readonly oneOf: readonly string[]
}

const REQUIRED: Readonly<Record<string, RequiredKeys>> = {
  'kubernetes.io/tls': { allOf: ['tls.crt', 'tls.key'], oneOf: [] },
  'kubernetes.io/dockerconfigjson': { allOf: ['.dockerconfigjson'], oneOf: [] },
  'kubernetes.io/dockercfg': { allOf: ['.dockercfg'], oneOf: [] },
  'kubernetes.io/basic-auth': { allOf: [], oneOf: ['username', 'password'] },
  'kubernetes.io/ssh-auth': { allOf: ['ssh-privatekey'], oneOf: [] },
}

/** Whether `type` is a short name, or a type written out in full: `Opaque` or `domain/name`. */
export function isKnownType(type: string): boolean {
  return Object.hasOwn(SHORT, type) || type === 'Opaque' || /^[^/\s]+\/[^/\s]+$/.test(type)
}

/** The full type that a short name stands for; any other type as it is. */
export function fullType(type: string): string {
  return Object.entries(SHORT).find(([short]) => short === type)?.[1] ?? type
}

/** Why Secrets of the full type `type` are not written here; undefined where they are. */
export function checkType(type: string): Finding | undefined {
  if (Object.hasOwn(REFUSED, type)) return REFUSED[type]
  if (!type.startsWith(OWN_PREFIX)) return undefined
  return {
    message: 'types under secretferry.github.io/ are for the action’s own records',
    hint: 'choose another type',
  }
}

/** What the full type `type` demands. */
export function requiredKeys(type: string): RequiredKeys {
  return (Object.hasOwn(REQUIRED, type) ? REQUIRED[type] : undefined) ?? { allOf: [], oneOf: [] }
}
