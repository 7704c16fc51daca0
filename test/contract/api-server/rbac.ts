import { describe, expect, test } from 'vitest'
import type { ApiClient } from '../../support/api-request.ts'
import type { Grant } from '../../support/server.ts'
import { message, refusal, type Namespace, type World } from './world.ts'

const draft = { data: { a: 'YQ==' } }
const REVIEWS = '/apis/authorization.k8s.io/v1'

interface User {
  readonly name: string
  readonly client: ApiClient
  /** The namespace, as the user. */
  readonly secrets: Namespace
}

async function userOf(world: World, namespace: Namespace, grants: readonly Grant[]): Promise<User> {
  const name = `user-${namespace.name}`
  const client = world.as(await world.server().user(name, grants, { namespaces: [namespace.name] }))
  return { name, client, secrets: namespace.by(client) }
}

function denial({ name }: User, verb: string, namespace: Namespace): string {
  return `User "${name}" cannot ${verb} resource "secrets" in API group "" in the namespace "${namespace.name}"`
}

async function reviewAccess(client: ApiClient, resourceAttributes: object): Promise<object> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }
  const answer = await client.request('POST', `${REVIEWS}/selfsubjectaccessreviews`, body)
  expect(answer.status).toBe(201)
  return (answer.body as { status: object }).status
}

/** Roles, and what they let one do. */
export function rbacContract(world: World): void {
  describe('RBAC', () => {
    test('grants the verbs and nothing else', async () => {
      const namespace = await world.namespace()
      await namespace.post('s', draft)
      const user = await userOf(world, namespace, [{ resources: ['secrets'], verbs: ['get', 'patch'] }])
      expect((await user.secrets.get('s')).status).toBe(200)
      expect((await user.secrets.apply('s', draft)).status).toBe(200)
      const answers = {
        list: await user.secrets.list(),
        delete: await user.secrets.delete('s'),
        create: await user.secrets.post('t', draft),
        update: await user.secrets.put('s', {}),
      }
      for (const [verb, answer] of Object.entries(answers)) {
        expect(refusal(answer)).toEqual([403, 'Forbidden'])
        expect(message(answer)).toContain(`is forbidden: ${denial(user, verb, namespace)}`)
      }
    })

    test('tells what a patch lacks', async () => {
      const namespace = await world.namespace()
      const user = await userOf(world, namespace, [{ resources: ['secrets'], verbs: ['get'] }])
      const answer = await user.secrets.apply('s', draft)
      expect(answer.body).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: `secrets "s" is forbidden: ${denial(user, 'patch', namespace)}`,
        reason: 'Forbidden',
        details: { name: 's', kind: 'secrets' },
        code: 403,
      })
    })

    test.each(['fieldManager=alice', 'fieldManager=alice&dryRun=All'])(
      'asks for create where a patch would create: %s',
      async (query) => {
        const namespace = await world.namespace()
        const user = await userOf(world, namespace, [{ resources: ['secrets'], verbs: ['patch'] }])
        const answer = await user.secrets.apply('s', draft, query)
        expect(refusal(answer)).toEqual([403, 'Forbidden'])
        expect(message(answer)).toBe(`secrets "s" is forbidden: ${denial(user, 'create', namespace)}`)
      },
    )

    test('validates before it asks for create', async () => {
      const namespace = await world.namespace()
      const user = await userOf(world, namespace, [{ resources: ['secrets'], verbs: ['patch'] }])
      expect((await user.secrets.apply('s', { data: { 'a/b': '' } })).status).toBe(422)
    })

    test('by name holds for a create by patch, not by POST', async () => {
      const namespace = await world.namespace()
      const verbs = ['get', 'list', 'patch', 'create', 'delete']
      const user = await userOf(world, namespace, [
        { resources: ['secrets'], verbs, resourceNames: ['mine'] },
      ])
      expect((await user.secrets.apply('mine', draft)).status).toBe(201)
      expect((await user.secrets.apply('other', draft)).status).toBe(403)
      expect((await user.secrets.get('mine')).status).toBe(200)
      expect((await user.secrets.delete('mine')).status).toBe(200)
      expect((await user.secrets.post('mine', draft)).status).toBe(403)
    })

    test('by name allows a LIST only of that name', async () => {
      const namespace = await world.namespace()
      await namespace.post('mine', draft)
      const user = await userOf(world, namespace, [
        { resources: ['secrets'], verbs: ['list'], resourceNames: ['mine'] },
      ])
      expect((await user.secrets.list()).status).toBe(403)
      const listed = await user.secrets.list('fieldSelector=metadata.name%3Dmine')
      expect([listed.status, listed.body]).toMatchObject([200, { items: [{ metadata: { name: 'mine' } }] }])
      expect((await user.secrets.list('fieldSelector=metadata.name%3Dother')).status).toBe(403)
    })

    test('of a namespace ends at it', async () => {
      const [here, there] = [await world.namespace(), await world.namespace()]
      const user = await userOf(world, here, [{ resources: ['secrets'], verbs: ['*'] }])
      expect((await user.secrets.list()).status).toBe(200)
      expect((await there.by(user.client).list()).status).toBe(403)
      const everywhere = await user.client.request('GET', '/api/v1/secrets')
      expect(message(everywhere)).toContain('in API group "" at the cluster scope')
    })

    test('of a cluster holds in every namespace', async () => {
      const namespace = await world.namespace()
      const grants = [
        { resources: ['secrets'], verbs: ['list'] },
        { resources: ['namespaces'], verbs: ['get'], resourceNames: ['kube-system'] },
      ]
      const name = `user-${namespace.name}`
      const client = world.as(await world.server().user(name, grants, { cluster: true }))
      expect((await namespace.by(client).list()).status).toBe(200)
      expect((await client.request('GET', '/api/v1/namespaces/kube-system')).status).toBe(200)
      expect((await client.request('GET', '/api/v1/namespaces/default')).status).toBe(403)
    })

    test('a namespace is read by a grant in it', async () => {
      const namespace = await world.namespace()
      const user = await userOf(world, namespace, [{ resources: ['namespaces'], verbs: ['get'] }])
      expect((await user.client.request('GET', `/api/v1/namespaces/${namespace.name}`)).status).toBe(200)
      expect((await user.client.request('GET', '/api/v1/namespaces/kube-system')).status).toBe(403)
    })

    test('comes before a missing object or resource', async () => {
      const namespace = await world.namespace()
      const user = await userOf(world, namespace, [{ resources: ['configmaps'], verbs: ['get'] }])
      expect((await user.secrets.get('missing')).status).toBe(403)
      expect((await user.client.request('GET', '/api/v1/nope')).status).toBe(403)
    })

    test('holds for a token', async () => {
      const namespace = await world.namespace()
      const secrets = namespace.by(world.as(world.server().tokenKubeconfig))
      expect((await secrets.list()).status).toBe(403)
      const grants = [{ resources: ['secrets'], verbs: ['list'] }]
      await world.server().user('token-user', grants, { namespaces: [namespace.name] })
      expect((await secrets.list()).status).toBe(200)
    })

    test('lets nobody impersonate without a grant', async () => {
      const { name } = await world.namespace()
      const kubeconfig = await world.server().user(`user-${name}`, [], { namespaces: [name] })
      const request = { method: 'GET', path: '/api/v1/secrets', headers: { 'impersonate-user': 'eve' } }
      const answer = await world.send(request, kubeconfig)
      expect(refusal(answer)).toEqual([403, 'Forbidden'])
      expect(message(answer)).toBe(
        `secrets is forbidden: User "user-${name}" cannot impersonate-on:user-info:list resource "secrets" in API group "" at the cluster scope`,
      )
    })

    test('lets those impersonate who were granted the names', async () => {
      const { name } = await world.namespace()
      const grants = [{ resources: ['users'], verbs: ['impersonate'], resourceNames: ['eve'] }]
      const kubeconfig = await world.server().user(`user-${name}`, grants, { cluster: true })
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
      const as = (user: string) =>
        world.send({ method: 'POST', path, headers: { 'impersonate-user': user }, body }, kubeconfig)
      expect((await as('eve')).body).toMatchObject({ status: { userInfo: { username: 'eve' } } })
      expect((await as('adam')).status).toBe(403)
    })

    test('answers an access review', async () => {
      const namespace = await world.namespace()
      const grants = [
        { resources: ['secrets'], verbs: ['get'] },
        { resources: ['secrets'], verbs: ['delete'], resourceNames: ['mine'] },
      ]
      const { client } = await userOf(world, namespace, grants)
      const of = { namespace: namespace.name, resource: 'secrets' }
      expect(await reviewAccess(client, { ...of, verb: 'get' })).toMatchObject({ allowed: true })
      expect(await reviewAccess(client, { ...of, verb: 'create' })).toMatchObject({ allowed: false })
      expect(await reviewAccess(client, { ...of, verb: 'delete' })).toMatchObject({ allowed: false })
      expect(await reviewAccess(client, { ...of, verb: 'delete', name: 'mine' })).toMatchObject({
        allowed: true,
      })
      expect(await reviewAccess(client, { resource: 'secrets', verb: 'get' })).toMatchObject({
        allowed: false,
      })
    })

    test('an access review without a question is 422', async () => {
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: {} }
      const answer = await world.server().request('POST', `${REVIEWS}/selfsubjectaccessreviews`, body)
      expect(refusal(answer)).toEqual([422, 'Invalid', 'FieldValueInvalid spec.resourceAttributes'])
    })

    test('answers a rules review', async () => {
      const namespace = await world.namespace()
      const grants = [{ resources: ['secrets'], verbs: ['get', 'patch'], resourceNames: ['mine'] }]
      const { client } = await userOf(world, namespace, grants)
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace: namespace.name },
      }
      const answer = await client.request('POST', `${REVIEWS}/selfsubjectrulesreviews`, body)
      const { status } = answer.body as { status: { resourceRules: object[]; incomplete: boolean } }
      expect([answer.status, status.incomplete]).toEqual([201, false])
      expect(status.resourceRules).toContainEqual({
        verbs: ['get', 'patch'],
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: ['mine'],
      })
      expect(status.resourceRules).toContainEqual({
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      })
    })

    test('a rules review of no namespace is 400', async () => {
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: {} }
      const answer = await world.server().request('POST', `${REVIEWS}/selfsubjectrulesreviews`, body)
      expect(refusal(answer)).toEqual([400, 'BadRequest'])
    })
  })
}
