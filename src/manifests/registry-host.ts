import type { Finding } from './finding.ts'

/** What Docker and the kubelet look up for Docker Hub. */
const DOCKER_HUB = 'https://index.docker.io/v1/'
const DOCKER_HUB_HOSTS: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'hub.docker.com',
])

/** `host`, `host:port`, `host/path`; `*` for a part of the host, as the kubelet matches it. */
const HOST = /^[a-z0-9*](?:[a-z0-9.*-]*[a-z0-9*])?(?::\d{1,5})?(?:\/[A-Za-z0-9._/-]*)?$/

/**
 * The key of `auths` that `host` is found by: without scheme, API version and trailing slash, the host in lower case,
 * every name of Docker Hub as its one. Undefined where it is no host.
 */
export function registryKey(host: string): string | undefined {
  const [name = '', ...path] = host
    .trim()
    .replace(/^https?:\/\//i, '')
    .split('/')
  const key = [name.toLowerCase(), ...path]
    .join('/')
    .replace(/\/+$/, '')
    .replace(/\/v[12]$/, '')
  if (DOCKER_HUB_HOSTS.has(key)) return DOCKER_HUB
  return HOST.test(key) ? key : undefined
}

/** Why `host` is not one to log in to. Does not quote it. */
export function checkRegistryHost(host: string): Finding | undefined {
  if (registryKey(host) !== undefined) return undefined
  return {
    message: host.trim() === '' ? 'a registry without a host' : 'a registry whose host is no host name',
    hint: 'write the host as images have it, `registry.example.com` or `registry.example.com:5000`; `docker.io` for Docker Hub',
  }
}

/** Whether `host`, as it stands in a document, means Docker Hub but is not what the kubelet looks up for it. */
export function isMistakenDockerHub(host: string): boolean {
  return (
    registryKey(host) === DOCKER_HUB && !/^(?:https?:\/\/)?index\.docker\.io(?:\/v[12]\/?|\/)?$/.test(host)
  )
}
