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

/** Keys that the API server demands of a type, all of them; basic-auth.ts has the type that demands one of two. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
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

/** The keys that a Secret of the full type `type` must have. */
export function requiredKeys(type: string): readonly string[] {
  return (Object.hasOwn(REQUIRED, type) ? REQUIRED[type] : undefined) ?? []
}
