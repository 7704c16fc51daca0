import { describe, expect, test } from 'vitest'
import { makeAuthority, makeClientCertificate, makeLeaf } from '../../support/certificates.ts'
import { message, refusal, type World } from './world.ts'

const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const SECRETS = '/api/v1/namespaces/default/secrets'
const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }

/** Who a request is from. */
export function identityContract(world: World): void {
  describe('identity', () => {
    test('a client certificate names the user and the groups', async () => {
      const answer = await world.server().request('POST', WHO, review)
      expect(answer.status).toBe(201)
      expect(answer.body).toMatchObject({
        kind: 'SelfSubjectReview',
        status: { userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] } },
      })
    })

    test('a bearer token names its user', async () => {
      const answer = await world.as(world.server().tokenKubeconfig).request('POST', WHO, review)
      expect(answer.body).toMatchObject({
        status: { userInfo: { username: 'token-user', groups: ['system:authenticated'] } },
      })
    })

    test('an unknown token is 401, for public paths too', async () => {
      const client = world.with({ token: 'nobody' })
      for (const path of [SECRETS, '/version']) {
        const answer = await client.request('GET', path)
        expect(refusal(answer)).toEqual([401, 'Unauthorized'])
        expect(answer.body).toMatchObject({
          kind: 'Status',
          status: 'Failure',
          message: 'Unauthorized',
          code: 401,
        })
      }
    })

    test('no credential is anonymous: public paths and nothing else', async () => {
      const client = world.with(undefined)
      expect((await client.request('GET', '/readyz')).status).toBe(200)
      expect((await client.request('GET', '/version')).status).toBe(200)
      const answer = await client.request('GET', SECRETS)
      expect(refusal(answer)).toEqual([403, 'Forbidden'])
      expect(message(answer)).toBe(
        'secrets is forbidden: User "system:anonymous" cannot list resource "secrets" in API group "" in the namespace "default"',
      )
    })

    test('a client certificate of another CA is 401', async () => {
      const stranger = await makeClientCertificate(await makeAuthority('stranger'), 'admin', [
        'system:masters',
      ])
      expect(refusal(await world.with(stranger).request('GET', SECRETS))).toEqual([401, 'Unauthorized'])
    })

    test('an expired client certificate is 401', async () => {
      const { ca: cert, caKey: key } = world.server()
      const past = { notBefore: new Date(Date.now() - 7_200_000), notAfter: new Date(Date.now() - 3_600_000) }
      const subject = { commonName: 'admin', organizations: ['system:masters'] }
      const expired = await makeLeaf({ cert, key }, { subject, usage: ['client'], ...past })
      expect(refusal(await world.with(expired).request('GET', SECRETS))).toEqual([401, 'Unauthorized'])
    })

    test('a certificate for servers does not serve a client', async () => {
      const { ca: cert, caKey: key } = world.server()
      const subject = { commonName: 'admin', organizations: ['system:masters'] }
      const wrong = await makeLeaf({ cert, key }, { subject, usage: ['server'] })
      expect(refusal(await world.with(wrong).request('GET', SECRETS))).toEqual([401, 'Unauthorized'])
    })

    test('whoever may impersonate is the user and the groups it names', async () => {
      const headers = { 'impersonate-user': 'eve', 'impersonate-group': ['one', 'two'] }
      const answer = await world.send({ method: 'POST', path: WHO, headers, body: review })
      expect(answer.body).toMatchObject({
        status: { userInfo: { username: 'eve', groups: ['one', 'two', 'system:authenticated'] } },
      })
    })

    test('an impersonated user has its own rights', async () => {
      const answer = await world.send({
        method: 'GET',
        path: SECRETS,
        headers: { 'impersonate-user': 'eve' },
      })
      expect(refusal(answer)).toEqual([403, 'Forbidden'])
      expect(message(answer)).toContain('User "eve" cannot list resource "secrets"')
    })

    test('a group without a user to impersonate is 400', async () => {
      const answer = await world.send({
        method: 'GET',
        path: SECRETS,
        headers: { 'impersonate-group': 'one' },
      })
      expect(refusal(answer)).toEqual([400, 'BadRequest'])
    })

    test('every answer has an Audit-Id, refusals too', async () => {
      for (const path of [
        '/api/v1/namespaces/default',
        '/api/v1/namespaces/nope',
        '/readyz',
        '/api/v1/nope',
      ]) {
        const { headers } = await world.server().request('GET', path)
        expect(headers['audit-id']).toMatch(/^[-0-9a-f]{36}$/)
      }
    })
  })
}
