import { expect, test } from 'vitest'
import { checkRegistryHost, isMistakenDockerHub, registryKey } from './registry-host.ts'

const HUB = 'https://index.docker.io/v1/'

test.each([
  ['ghcr.io', 'ghcr.io'],
  ['GHCR.io', 'ghcr.io'],
  [' ghcr.io ', 'ghcr.io'],
  ['https://ghcr.io', 'ghcr.io'],
  ['https://ghcr.io/', 'ghcr.io'],
  ['http://registry.local:5000//', 'registry.local:5000'],
  ['https://registry.example.com/v2/', 'registry.example.com'],
  ['registry.example.com/team/Project', 'registry.example.com/team/Project'],
  ['*.azurecr.io', '*.azurecr.io'],
  ['localhost:5000', 'localhost:5000'],
  ['10.0.0.1', '10.0.0.1'],
  ['docker.io', HUB],
  ['index.docker.io', HUB],
  ['https://index.docker.io/v1/', HUB],
  ['https://index.docker.io/v1', HUB],
  ['https://index.docker.io/v2/', HUB],
  ['registry-1.docker.io', HUB],
  ['https://hub.docker.com/', HUB],
])('%j is found by %s', (host, key) => {
  expect(registryKey(host)).toBe(key)
  expect(checkRegistryHost(host)).toBeUndefined()
})

test.each([
  '',
  ' ',
  'https://',
  '/',
  ':5000',
  'a b',
  'user:pass@ghcr.io',
  'ghcr.io?x',
  'ftp://ghcr.io',
  '-a',
  'ghcr.io:port',
])('%j is no host, and is not repeated', (host) => {
  expect(registryKey(host)).toBeUndefined()
  const finding = checkRegistryHost(host)
  expect(finding?.hint).toBeTruthy()
  if (host.trim() !== '') expect(finding?.message).not.toContain(host)
})

test('the kubelet finds Docker Hub under index.docker.io only', () => {
  for (const host of [HUB, 'https://index.docker.io/v1', 'index.docker.io', 'index.docker.io/v1/'])
    expect(isMistakenDockerHub(host), host).toBe(false)
  for (const host of ['docker.io', 'https://docker.io/', 'registry-1.docker.io', 'hub.docker.com'])
    expect(isMistakenDockerHub(host), host).toBe(true)
  expect(isMistakenDockerHub('ghcr.io')).toBe(false)
})
