import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { liveOf, manifestOf } from '../../test/support/live-secret.ts'
import type { Access, Cluster, Quota } from './cluster.ts'
import { diffSecret, type Change } from './diff.ts'
import { missingPermissions, unreadable } from './permissions.ts'
import { exceededQuotas } from './quota.ts'
import { identifySet } from './set.ts'

const set = identifySet('owner/repository')
const NONE = { namespaces: [], journals: [] }
const context = { set, provenance: {}, newRevision: () => '0123456789ab' }

function change(action: Change['action'], namespace: string, name: string): Change {
  const manifest = manifestOf({ a: '1' }, { namespace, name })
  const created = diffSecret(manifest, undefined, context)
  if (action === 'create') return created
  const live = liveOf(created.desired, set.manager)
  return diffSecret(
    action === 'update' ? manifestOf({ a: '2' }, { namespace, name }) : manifest,
    live,
    context,
  )
}

/** A cluster that denies what `denies` says, and keeps what it was asked. */
function reviewer(denies: (access: Access) => boolean) {
  const asked: Access[] = []
  const denied: Cluster['denied'] = (wanted) => {
    asked.push(...wanted)
    return Promise.resolve(wanted.filter(denies))
  }
  return { cluster: { denied } as Cluster, asked }
}

describe('missingPermissions', () => {
  it.each<[Change['action'], string[]]>([
    ['create', ['get', 'create', 'patch', 'delete']],
    ['update', ['get', 'patch', 'update']],
    ['unchanged', []],
  ])('asks for what a change needs to be written and undone: %s', async (action, verbs) => {
    const { cluster, asked } = reviewer(() => false)
    expect(await missingPermissions(cluster, [change(action, 'app', 'web')], NONE)).toEqual([])
    expect(asked).toEqual(verbs.map((verb) => ({ namespace: 'app', verb, resource: 'secrets', name: 'web' })))
  })

  it('prints for each namespace the rule that is missing, as YAML that a Role takes', async () => {
    const { cluster } = reviewer(({ verb }) => verb === 'patch' || verb === 'delete')
    const changes = [
      change('create', 'app', 'web'),
      change('update', 'app', 'db'),
      change('update', 'app', 'api'),
      change('update', 'other', 'web'),
    ]
    const problems = await missingPermissions(cluster, changes, NONE)
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        'FORBIDDEN',
        'in the namespace app the credentials may not patch, delete the Secrets web; nor patch the Secrets db, api',
      ],
      ['FORBIDDEN', 'in the namespace other the credentials may not patch the Secrets web'],
    ])
    const rules = problems.map(({ hint }) => parse(`[${hint.slice(hint.indexOf('{'))}]`) as unknown)
    expect(rules).toEqual([
      [
        { apiGroups: [''], resources: ['secrets'], verbs: ['patch', 'delete'], resourceNames: ['web'] },
        { apiGroups: [''], resources: ['secrets'], verbs: ['patch'], resourceNames: ['db', 'api'] },
      ],
      [{ apiGroups: [''], resources: ['secrets'], verbs: ['patch'], resourceNames: ['web'] }],
    ])
  })

  it('asks once for namespaces, and says how else to get them', async () => {
    const { cluster, asked } = reviewer(() => true)
    const problems = await missingPermissions(cluster, [], {
      namespaces: ['one', 'two'],
      journals: [],
    })
    expect(asked).toEqual([{ namespace: '', verb: 'create', resource: 'namespaces' }])
    expect(problems).toMatchObject([
      { code: 'FORBIDDEN', message: 'the credentials may not create namespaces' },
    ])
    expect(problems[0]?.hint).toContain(
      'ClusterRole: {apiGroups: [""], resources: [namespaces], verbs: [get, create]}',
    )
  })
})

describe('what a journal needs', () => {
  const journals = [{ namespace: 'app', name: 'secretferry-journal-0123456789abcdef' }]

  it('is asked for with the rest, and the way to do without is told', async () => {
    const { cluster, asked } = reviewer(({ name }) => name?.startsWith('secretferry-') === true)
    const changes = [change('update', 'app', 'web')]
    const [problem, ...others] = await missingPermissions(cluster, changes, { namespaces: [], journals })
    expect(asked.filter(({ name }) => name === journals[0]?.name).map(({ verb }) => verb)).toEqual([
      'get',
      'create',
      'patch',
    ])
    expect(others).toEqual([])
    expect(problem?.hint).toContain(
      'verbs: [get, create, patch], resourceNames: [secretferry-journal-0123456789abcdef]}',
    )
    expect(problem?.hint).toContain('`journal: off`')
  })

  it('counts towards a quota where it is not there yet', async () => {
    const cluster = { quotas: () => Promise.resolve([{ name: 'few', hard: 1, used: 1 }]) }
    const found = (isNew: boolean) =>
      exceededQuotas(
        cluster as Partial<Cluster> as Cluster,
        [change('update', 'app', 'web')],
        journals.map((ref) => ({ ...ref, isNew })),
      )
    expect(await found(true)).toMatchObject([{ code: 'QUOTA_EXCEEDED' }])
    expect(await found(false)).toEqual([])
  })
})

describe('unreadable', () => {
  it('asks for everything that may be needed, for it can’t know', async () => {
    const { cluster } = reviewer(() => true)
    const [problem] = await unreadable(cluster, [
      { namespace: 'app', name: 'web' },
      { namespace: 'app', name: 'db' },
    ])
    expect(problem?.hint).toBe(
      'add to a Role in app: {apiGroups: [""], resources: [secrets], verbs: [get, create, patch, update, delete], resourceNames: [web, db]}',
    )
  })
})

describe('exceededQuotas', () => {
  const quotasOf = (quotas: Readonly<Record<string, readonly Quota[] | undefined>>): Cluster =>
    ({ quotas: (namespace) => Promise.resolve(quotas[namespace]) }) as Partial<Cluster> as Cluster
  const creates = (count: number, namespace = 'app') =>
    Array.from({ length: count }, (_, index) => change('create', namespace, `s${index}`))

  it.each<[string, number, Quota, number]>([
    ['room for all', 3, { name: 'q', hard: 5, used: 2 }, 0],
    ['room for fewer', 3, { name: 'q', hard: 4, used: 2 }, 1],
    ['no room', 1, { name: 'q', hard: 2, used: 2 }, 1],
    ['less than none', 1, { name: 'q', hard: 1, used: 4 }, 1],
    ['nothing to create', 0, { name: 'q', hard: 0, used: 0 }, 0],
  ])('sums over the plan: %s', async (_, count, quota, found) => {
    expect(await exceededQuotas(quotasOf({ app: [quota] }), creates(count), [])).toHaveLength(found)
  })

  it('names the quota, its room and the need, namespace by namespace', async () => {
    const changes = [
      ...creates(3),
      ...creates(1, 'other'),
      change('update', 'app', 'web'),
      change('unchanged', 'app', 'db'),
    ]
    const cluster = quotasOf({
      app: [
        { name: 'few', hard: 4, used: 2 },
        { name: 'many', hard: 9, used: 2 },
      ],
    })
    expect(await exceededQuotas(cluster, changes, [])).toMatchObject([
      {
        code: 'QUOTA_EXCEEDED',
        message: 'the ResourceQuota few in app has room for 2 more Secrets, the plan creates 3',
      },
    ])
  })

  it('finds nothing where quotas may not be read', async () => {
    expect(await exceededQuotas(quotasOf({ app: undefined }), creates(3), [])).toEqual([])
  })
})
