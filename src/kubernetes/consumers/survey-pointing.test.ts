import { describe, expect, it } from 'vitest'
import type { Cluster } from '../cluster.ts'
import type { Naming } from '../generations.ts'
import type { ApiObject } from '../workloads.ts'
import type { Kind } from './kinds.ts'
import { surveyPointing, type Holdout } from './survey-pointing.ts'

const NAMING: Naming = {
  renamings: [
    {
      namespace: 'app',
      base: 'web',
      current: 'web-new',
      former: new Set(['web', 'web-old']),
      obsolete: [],
      force: false,
      at: {},
    },
  ],
  known: new Set(['app/web-old']),
}

type Objects = Readonly<Partial<Record<Kind, readonly ApiObject[]>>>

/** A cluster of these objects and nothing else. */
function clusterOf(objects: Objects, hidden: readonly Kind[] = []): Cluster {
  const list: Cluster['workloads']['list'] = ({ kind }, visit) => {
    for (const object of objects[kind] ?? []) visit(object)
    return Promise.resolve({
      seen: hidden.includes(kind) ? 'forbidden' : 'all',
      resourceVersion: '1',
    } as never)
  }
  return { workloads: { list } } as Cluster
}

const pod = (secret: string): object => ({
  containers: [{ name: 'main', envFrom: [{ secretRef: { name: secret } }] }],
})

const metadata = (name: string, controller?: readonly [string, string], more: object = {}): object => ({
  name,
  namespace: 'app',
  uid: name,
  ...(controller === undefined
    ? {}
    : { ownerReferences: [{ kind: controller[0], name: controller[1], controller: true }] }),
  ...more,
})

const templated = (name: string, secret: string, spec: object = {}): ApiObject => ({
  metadata: metadata(name),
  spec: { ...spec, template: { spec: pod(secret) } },
})

const replicaSet = (name: string, secret: string, replicas: number): ApiObject => ({
  metadata: metadata(name, ['Deployment', 'reader']),
  spec: { replicas, template: { spec: pod(secret) } },
})

const podOf = (name: string, controller: readonly [string, string], more: object = {}): ApiObject => ({
  metadata: metadata(name, controller, more),
  spec: pod('web-old'),
})

const told = (holdouts: readonly Holdout[]): readonly string[] =>
  holdouts.map(({ workload: { kind, name }, names }) => `${kind} ${name}: ${names.join()}`)

/** What still has a former name when all is pointed, by what there is. */
const LINGERING: readonly (readonly [string, Objects, readonly string[]])[] = [
  [
    'pods of a former template whose Deployment is pointed already',
    {
      Deployment: [templated('reader', 'web-new')],
      ReplicaSet: [replicaSet('reader-1', 'web-old', 1), replicaSet('reader-2', 'web-new', 1)],
      Pod: [podOf('reader-1-a', ['ReplicaSet', 'reader-1'])],
    },
    ['ReplicaSet reader-1: web-old'],
  ],
  [
    'not those of a Deployment that this run points',
    {
      Deployment: [templated('reader', 'web-old')],
      ReplicaSet: [replicaSet('reader-1', 'web-old', 1)],
    },
    [],
  ],
  ['no ReplicaSet without pods', { ReplicaSet: [replicaSet('reader-1', 'web-old', 0)] }, []],
  [
    'pods below the partition of a StatefulSet, though this run points it',
    {
      StatefulSet: [
        templated('reader', 'web-old', { updateStrategy: { rollingUpdate: { partition: 1 } } }),
        templated('other', 'web-old', { updateStrategy: { rollingUpdate: { partition: 0 } } }),
      ],
      Pod: [podOf('reader-0', ['StatefulSet', 'reader']), podOf('other-0', ['StatefulSet', 'other'])],
    },
    ['Pod reader-0: web-old'],
  ],
  [
    'pods that a DaemonSet has not replaced, and not those that are going',
    {
      DaemonSet: [templated('reader', 'web-new')],
      Pod: [
        podOf('reader-a', ['DaemonSet', 'reader']),
        podOf('reader-b', ['DaemonSet', 'reader'], { deletionTimestamp: '2026-01-05T12:00:00Z' }),
      ],
    },
    ['Pod reader-a: web-old'],
  ],
]

describe('surveyPointing', () => {
  it.each(LINGERING)('finds %s', async (_, objects, expected) => {
    const survey = await surveyPointing(clusterOf(objects), NAMING)
    expect(told(survey.lingering)).toEqual(expected)
  })

  it('finds what is to be pointed, what never is, and what it may not see', async () => {
    const objects: Objects = {
      Deployment: [
        templated('reader', 'web'),
        templated('pointed', 'web-new'),
        templated('foreign', 'other'),
      ],
      Rollout: [templated('canary', 'web-old')],
      Job: [templated('job', 'web-old')],
      Ingress: [{ metadata: metadata('site'), spec: { tls: [{ secretName: 'web' }] } }],
    }
    const survey = await surveyPointing(clusterOf(objects, ['Pod']), NAMING)
    expect(survey.pointable.map(({ workload, pointers }) => [workload.name, pointers])).toEqual([
      ['reader', [{ place: 'containers/main/envFrom/0', from: 'web', to: 'web-new' }]],
    ])
    expect(told(survey.holdouts)).toEqual([
      'Rollout canary: web-old',
      'Job job: web-old',
      'Ingress site: web',
    ])
    expect(survey.hidden).toEqual([{ namespace: 'app', kind: 'Pod' }])
  })
})
