import { describe, expect, test } from 'vitest'
import { secretsCluster } from '../../test/support/secrets-cluster.ts'
import { storeContext } from '../../test/support/store-context.ts'
import { ActionError } from '../error.ts'
import { kubernetes } from './kubernetes.ts'

function open(defaultNamespace?: string) {
  const context = storeContext()
  const contents = { 'aura/db': { user: 'aura', password: 'hunter2' }, 'other/db': { user: 'other' } }
  const cluster = secretsCluster(contents, { secret: context.secret, defaultNamespace })
  return { cluster, store: kubernetes.open({}, { ...context, cluster: () => Promise.resolve(cluster) }) }
}

describe('kubernetes', () => {
  test('answers the resourceVersion as version', async () => {
    expect((await open().store.read({ key: 'aura/db', property: 'user' }))?.version).toBe('7')
  })

  test('a name alone is in the kubeconfig’s namespace', async () => {
    const found = await open('other').store.read({ key: 'db', property: 'user' })
    expect(found?.value.reveal()).toBe('other')
  })

  test('a masked value that is also a namespace does not change where is looked', async () => {
    const { store } = open()
    await store.read({ key: 'aura/db', property: 'user' })
    expect((await store.read({ key: 'aura/db', property: 'password' }))?.value.reveal()).toBe('hunter2')
  })

  test('a name alone needs one', async () => {
    await expect(open().store.read({ key: 'db', property: 'user' })).rejects.toMatchObject({
      code: 'VALUE_INVALID',
      message: 'kubernetes: the reference names no namespace, and the kubeconfig’s context has none',
    })
  })

  test('a Secret that is not there has no keys', async () => {
    expect(await open().store.read({ key: 'aura/absent', property: 'user' })).toBeUndefined()
  })

  test('reads a Secret once, so that all its keys are of one version', async () => {
    const { cluster, store } = open('aura')
    const wanted = ['aura/db#user', 'aura/db#password', 'db#user', 'other/db#user', 'aura/db#absent']
    await Promise.all(
      wanted.map((each) => {
        const [key = '', property = ''] = each.split('#')
        return store.read({ key, property })
      }),
    )
    expect(cluster.reads).toEqual(['aura/db', 'other/db'])
  })

  test('a refusal of the cluster other than 403 stays what it is', async () => {
    const gone = new ActionError({ code: 'CLUSTER_UNREACHABLE', message: 'no answer', hint: 'wait' })
    const store = kubernetes.open({}, storeContext({ cluster: () => Promise.reject(gone) }))
    await expect(store.read({ key: 'aura/db', property: 'user' })).rejects.toBe(gone)
  })

  test('tells what to grant', async () => {
    const context = storeContext()
    const cluster = secretsCluster({}, { secret: context.secret, forbidden: true })
    const store = kubernetes.open({}, { ...context, cluster: () => Promise.resolve(cluster) })
    await expect(store.read({ key: 'aura/db', property: 'user' })).rejects.toMatchObject({
      code: 'STORE_DENIED',
      problems: [{ hint: 'grant `get` on the Secret "db" in the namespace "aura"' }],
    })
  })
})
