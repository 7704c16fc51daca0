import { describe, expect, test } from 'vitest'
import { plainSecret } from '../../test/support/plain-secret.ts'
import { checkDockerConfig } from './docker-config.ts'
import { NO_FINDINGS } from './finding.ts'

const AUTH = Buffer.from('zquser:zqpass').toString('base64')

function check(document: unknown) {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  const { problems, warnings } = checkDockerConfig(plainSecret(text))
  for (const { message, hint } of [...problems, ...warnings]) expect(message + hint).not.toMatch(/zq/i)
  return {
    problems: problems.map(({ message }) => message),
    warnings: warnings.map(({ message }) => message),
    hints: problems.map(({ hint }) => hint),
  }
}

describe('checkDockerConfig', () => {
  test.each([
    [{ auths: { 'ghcr.io': { auth: AUTH } } }],
    [{ auths: { 'ghcr.io': { auth: AUTH, username: 'zquser', password: 'zqpass', email: 'x' } } }],
    [{ auths: { 'ghcr.io': { username: 'zquser', password: 'zqpass' } } }],
    [{ auths: { 'ghcr.io': { auth: AUTH.replaceAll('=', '') } } }],
    [{ auths: { 'ghcr.io': { auth: '', identitytoken: 'zq' } } }],
    [{ auths: { 'https://index.docker.io/v1/': { auth: AUTH } }, credsStore: 'x' }],
  ])('%j is right', (document) => {
    expect(checkDockerConfig(plainSecret(JSON.stringify(document)))).toEqual(NO_FINDINGS)
  })

  test.each<[unknown, string]>([
    ['', '.dockerconfigjson is no JSON object'],
    ['{"zq', '.dockerconfigjson is no JSON object'],
    ['["zq"]', '.dockerconfigjson is no JSON object'],
    ['null', '.dockerconfigjson is no JSON object'],
    [Buffer.from('{"auths":{}}').toString('base64'), '.dockerconfigjson is in base64 twice'],
    [{}, '.dockerconfigjson has no `auths`'],
    [{ auths: [] }, '.dockerconfigjson has no `auths`'],
    [{ auths: {} }, '.dockerconfigjson has no log-in: `auths` is empty'],
    [{ auths: { '': { auth: AUTH } } }, '.dockerconfigjson, registry 1: a registry without a host'],
    [
      { auths: { 'ghcr.io': { auth: AUTH }, 'zq zq': { auth: AUTH } } },
      '.dockerconfigjson, registry 2: a registry whose host is no host name',
    ],
    [{ auths: { 'zq.io': null } }, '.dockerconfigjson, registry 1: its log-in is no JSON object'],
    [{ auths: { 'zq.io': {} } }, '.dockerconfigjson, registry 1: no log-in'],
    [{ auths: { 'zq.io': { username: 'zquser' } } }, '.dockerconfigjson, registry 1: no log-in'],
    [
      { auths: { 'zq.io': { auth: 'zquser:zqpass' } } },
      '.dockerconfigjson, registry 1: `auth` is not base64 of user:password',
    ],
    [
      { auths: { 'zq.io': { auth: 7 } } },
      '.dockerconfigjson, registry 1: `auth` is not base64 of user:password',
    ],
    [
      { auths: { 'zq.io': { auth: 'enF6cQ==' } } },
      '.dockerconfigjson, registry 1: `auth` is not base64 of user:password',
    ],
    [
      { auths: { 'zq.io': { auth: AUTH, password: 'zqother' } } },
      '.dockerconfigjson, registry 1: `auth` is another log-in than `username` and `password`',
    ],
    [
      { auths: { 'zq.io': { auth: AUTH, username: 'zqother' } } },
      '.dockerconfigjson, registry 1: `auth` is another log-in than `username` and `password`',
    ],
  ])('%j: %s', (document, message) => {
    const { problems, hints } = check(document)
    expect(problems).toEqual([message])
    expect(hints.every((hint) => hint !== '')).toBe(true)
  })

  test('tells the older form and the credential helper apart', () => {
    expect(check({ 'ghcr.io': { auth: AUTH } }).hints[0]).toContain('.dockercfg')
    expect(check({ auths: {}, credsStore: 'desktop' }).hints[0]).toContain('credential helper')
  })

  test('warns where the kubelet would not find Docker Hub', () => {
    expect(check({ auths: { 'docker.io': { auth: AUTH } } })).toMatchObject({
      problems: [],
      warnings: [
        '.dockerconfigjson, registry 1: Docker Hub under a name by which the kubelet does not find it',
      ],
    })
  })

  test('bytes that are no text are no JSON', () => {
    expect(checkDockerConfig(plainSecret(Uint8Array.of(0xff, 0xfe))).problems).toHaveLength(1)
  })
})
