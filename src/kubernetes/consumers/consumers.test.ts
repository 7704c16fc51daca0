import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { consumersOf, type ChangedSecret } from './consumers.ts'
import { workloadName } from './kinds.ts'
import { kindOf, parseWorkload } from './workload.ts'

const NAMESPACE = 'aura'

/** The Secret `db` in the namespace aura, of which the key `password` changes. */
const CHANGED: ChangedSecret = { namespace: NAMESPACE, name: 'db', keys: new Set(['password']) }

/** What becomes of the objects of a manifest, by `kind/name`. */
function verdicts(manifest: string, changed: readonly ChangedSecret[] = [CHANGED]): Record<string, string> {
  const objects = parse(`[${manifest}]`) as { metadata?: object }[]
  const workloads = objects.map((object) => {
    const placed = { ...object, metadata: { name: 'x', namespace: NAMESPACE, ...object.metadata } }
    const kind = kindOf(placed)
    const workload = kind === undefined ? undefined : parseWorkload(kind, placed)
    if (workload === undefined) throw new Error('no object that may use a Secret')
    return workload
  })
  return Object.fromEntries(
    consumersOf(workloads, changed).map(({ workload, verdict, by }) => [
      workloadName(workload),
      by === undefined ? verdict : `${verdict} to ${by}`,
    ]),
  )
}

const KEY_REF = 'valueFrom: { secretKeyRef: { name: db, key: password } }'
const ENV = `{ containers: [{ name: c, env: [{ name: P, ${KEY_REF} }] }] }`
const ENV_FROM = '{ containers: [{ name: c, envFrom: [{ secretRef: { name: db } }] }] }'
const VOLUME = volume('secret: { secretName: db }')

function volume(source: string, mount = 'mountPath: /s', field = 'containers'): string {
  return `{ ${field}: [{ name: c, volumeMounts: [{ name: v, ${mount} }] }], volumes: [{ name: v, ${source} }] }`
}

function workload(kind: string, podSpec: string, more: { spec?: string; metadata?: string } = {}): string {
  const { spec = '', metadata = '' } = more
  return `{ apiVersion: ${kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1'}, kind: ${kind}, metadata: { ${metadata} }, spec: { ${spec === '' ? '' : `${spec}, `}template: { spec: ${podSpec} } } }`
}

const deployment = (podSpec: string, more = {}): string => workload('Deployment', podSpec, more)
const job = (podSpec: string, rest = ''): string =>
  `{ apiVersion: batch/v1, kind: Job, spec: { template: { spec: ${podSpec} } }${rest} }`
const cronJob = (podSpec: string): string =>
  `{ apiVersion: batch/v1, kind: CronJob, spec: { jobTemplate: { spec: { template: { spec: ${podSpec} } } } } }`
const pod = (podSpec: string, metadata = '', status = '{ phase: Running }'): string =>
  `{ apiVersion: v1, kind: Pod, metadata: { ${metadata} }, spec: ${podSpec}, status: ${status} }`
const owned = (kind: string, name = 'o'): string =>
  `ownerReferences: [{ apiVersion: v1, kind: ${kind}, name: ${name}, uid: u, controller: true }]`
const annotated = (text: string): { metadata: string } => ({ metadata: `annotations: { ${text} }` })

const USES: readonly (readonly [string, string, Record<string, string>])[] = [
  ['a variable of a container', deployment(ENV), { 'deployment/x': 'restart' }],
  ['a variable in a StatefulSet', workload('StatefulSet', ENV), { 'statefulset/x': 'restart' }],
  ['a variable in a DaemonSet', workload('DaemonSet', ENV), { 'daemonset/x': 'restart' }],
  ['a variable in a Rollout', workload('Rollout', ENV), { 'rollout/x': 'restart' }],
  [
    'a Rollout with the template of a Deployment',
    `${deployment(ENV, { metadata: 'name: base', spec: 'replicas: 0' })}, { apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: front }, spec: { workloadRef: { apiVersion: apps/v1, kind: Deployment, name: base } } }`,
    { 'rollout/front': 'restart' },
  ],
  ['a variable in a CronJob', cronJob(ENV), { 'cronjob/x': 'next-run' }],
  ['a volume in a CronJob', cronJob(VOLUME), { 'cronjob/x': 'next-run' }],
  ['a Job that runs', job(ENV), { 'job/x': 'not-restarted' }],
  [
    'a Job that is suspended',
    `{ apiVersion: batch/v1, kind: Job, spec: { suspend: true, template: { spec: ${ENV} } } }`,
    { 'job/x': 'next-run' },
  ],
  ['a bare Pod', pod(ENV), { 'pod/x': 'not-restarted' }],
  ['a bare Pod with a volume', pod(VOLUME), { 'pod/x': 'refresh' }],
  ['a Pod of an unknown controller', pod(ENV, owned('PostgresCluster')), { 'pod/x': 'not-restarted' }],
  [
    'a bare ReplicaSet',
    workload('ReplicaSet', ENV, { spec: 'replicas: 2' }),
    { 'replicaset/x': 'not-restarted' },
  ],
  [
    'a variable of an init container',
    deployment(
      `{ initContainers: [{ name: i, env: [{ name: P, ${KEY_REF} }] }], containers: [{ name: c }] }`,
    ),
    { 'deployment/x': 'restart' },
  ],
  [
    'a variable of an ephemeral container',
    pod(`{ containers: [{ name: c }], ephemeralContainers: [{ name: e, env: [{ name: P, ${KEY_REF} }] }] }`),
    { 'pod/x': 'not-restarted' },
  ],
  ['all keys as variables', deployment(ENV_FROM), { 'deployment/x': 'restart' }],
  [
    'all keys as variables with a prefix',
    deployment('{ containers: [{ name: c, envFrom: [{ prefix: DB_, secretRef: { name: db } }] }] }'),
    { 'deployment/x': 'restart' },
  ],
  [
    'a variable that is overridden, but by a text with itself in it',
    deployment(
      '{ containers: [{ name: c, envFrom: [{ secretRef: { name: db } }], env: [{ name: password, value: "x$(password)" }] }] }',
    ),
    { 'deployment/x': 'restart' },
  ],
  [
    'an optional variable',
    deployment(
      '{ containers: [{ name: c, env: [{ name: P, valueFrom: { secretKeyRef: { name: db, key: password, optional: true } } }] }] }',
    ),
    { 'deployment/x': 'restart' },
  ],
  ['a volume', deployment(VOLUME), { 'deployment/x': 'refresh' }],
  [
    'a volume with chosen keys',
    deployment(volume('secret: { secretName: db, items: [{ key: password, path: p }] }')),
    { 'deployment/x': 'refresh' },
  ],
  [
    'a volume that nobody mounts',
    deployment('{ containers: [{ name: c }], volumes: [{ name: v, secret: { secretName: db } }] }'),
    { 'deployment/x': 'refresh' },
  ],
  [
    'a subPath of a volume',
    deployment(volume('secret: { secretName: db }', 'mountPath: /p, subPath: password')),
    { 'deployment/x': 'restart' },
  ],
  [
    'a subPath of a chosen key’s path',
    deployment(
      volume(
        'secret: { secretName: db, items: [{ key: password, path: a/b }] }',
        'mountPath: /p, subPath: a',
      ),
    ),
    { 'deployment/x': 'restart' },
  ],
  [
    'a subPath with a variable in it',
    deployment(volume('secret: { secretName: db }', 'mountPath: /p, subPathExpr: $(NAME)')),
    { 'deployment/x': 'restart' },
  ],
  [
    'a projected volume',
    deployment(volume('projected: { sources: [{ configMap: { name: db } }, { secret: { name: db } }] }')),
    { 'deployment/x': 'refresh' },
  ],
  [
    'a subPath of a projected volume',
    deployment(
      volume('projected: { sources: [{ secret: { name: db } }] }', 'mountPath: /p, subPath: password'),
    ),
    { 'deployment/x': 'restart' },
  ],
  [
    'a volume of a container that runs once',
    deployment(volume('secret: { secretName: db }', 'mountPath: /s', 'initContainers')),
    { 'deployment/x': 'restart' },
  ],
  [
    'a volume of a sidecar',
    deployment(
      '{ initContainers: [{ name: s, restartPolicy: Always, volumeMounts: [{ name: v, mountPath: /s }] }], volumes: [{ name: v, secret: { secretName: db } }] }',
    ),
    { 'deployment/x': 'refresh' },
  ],
  [
    'the driver of a CSI volume',
    deployment(volume('csi: { driver: d, nodePublishSecretRef: { name: db } }')),
    { 'deployment/x': 'restart' },
  ],
  [
    'the driver of an Azure file share',
    deployment(volume('azureFile: { secretName: db, shareName: s }')),
    { 'deployment/x': 'restart' },
  ],
  [
    'pulling images',
    deployment('{ containers: [{ name: c }], imagePullSecrets: [{ name: db }] }'),
    { 'deployment/x': 'refresh' },
  ],
  [
    'a ServiceAccount that pulls images',
    '{ apiVersion: v1, kind: ServiceAccount, imagePullSecrets: [{ name: db }] }',
    { 'serviceaccount/x': 'refresh' },
  ],
  [
    'an Ingress',
    '{ apiVersion: networking.k8s.io/v1, kind: Ingress, spec: { tls: [{ hosts: [h], secretName: db }] } }',
    { 'ingress/x': 'refresh' },
  ],
  [
    'a variable in one container, a volume in another',
    deployment(
      `{ containers: [{ name: a, volumeMounts: [{ name: v, mountPath: /s }] }, { name: b, env: [{ name: P, ${KEY_REF} }] }], volumes: [{ name: v, secret: { secretName: db } }] }`,
    ),
    { 'deployment/x': 'restart' },
  ],
  [
    'one that Reloader restarts',
    deployment(ENV, annotated('reloader.stakater.com/auto: "true"')),
    { 'deployment/x': 'left to Reloader' },
  ],
  [
    'one that Reloader restarts for this Secret by name',
    deployment(ENV, annotated('secret.reloader.stakater.com/reload: "a, db"')),
    { 'deployment/x': 'left to Reloader' },
  ],
  [
    'one that Reloader restarts for another Secret',
    deployment(ENV, annotated('secret.reloader.stakater.com/reload: other')),
    { 'deployment/x': 'restart' },
  ],
  [
    'one from which Reloader leaves this Secret out',
    deployment(
      ENV,
      annotated('reloader.stakater.com/auto: "true", secrets.exclude.reloader.stakater.com/reload: db'),
    ),
    { 'deployment/x': 'restart' },
  ],
  [
    'one with a volume, whatever Reloader does',
    deployment(VOLUME, annotated('reloader.stakater.com/auto: "true"')),
    { 'deployment/x': 'refresh' },
  ],
  [
    'one that Wave restarts',
    deployment(ENV, annotated('wave.pusher.com/update-on-config-change: "true"')),
    { 'deployment/x': 'left to Wave' },
  ],
]

const NO_USES: readonly (readonly [string, string])[] = [
  ['no Secret at all', deployment('{ containers: [{ name: c, env: [{ name: P, value: db }] }] }')],
  [
    'another key',
    deployment(
      '{ containers: [{ name: c, env: [{ name: P, valueFrom: { secretKeyRef: { name: db, key: user } } }] }] }',
    ),
  ],
  [
    'the same key of another Secret',
    deployment(
      '{ containers: [{ name: c, env: [{ name: P, valueFrom: { secretKeyRef: { name: db2, key: password } } }] }] }',
    ),
  ],
  ['the same key in another namespace', deployment(ENV, { metadata: 'namespace: other' })],
  ['all keys in another namespace', deployment(ENV_FROM, { metadata: 'namespace: other' })],
  [
    'a ConfigMap of that name as a variable',
    deployment(
      '{ containers: [{ name: c, env: [{ name: P, valueFrom: { configMapKeyRef: { name: db, key: password } } }] }] }',
    ),
  ],
  [
    'a ConfigMap of that name as variables',
    deployment('{ containers: [{ name: c, envFrom: [{ configMapRef: { name: db } }] }] }'),
  ],
  ['a ConfigMap of that name as a volume', deployment(volume('configMap: { name: db }'))],
  [
    'a projected ConfigMap of that name',
    deployment(volume('projected: { sources: [{ configMap: { name: db } }] }')),
  ],
  [
    'a volume of that name with another Secret',
    deployment(
      '{ containers: [{ name: c, volumeMounts: [{ name: db, mountPath: /s }] }], volumes: [{ name: db, secret: { secretName: other } }] }',
    ),
  ],
  [
    'an optional variable of a Secret that is not there',
    deployment(
      '{ containers: [{ name: c, env: [{ name: P, valueFrom: { secretKeyRef: { name: absent, key: password, optional: true } } }] }] }',
    ),
  ],
  [
    'optional variables of a Secret that is not there',
    deployment('{ containers: [{ name: c, envFrom: [{ secretRef: { name: absent, optional: true } }] }] }'),
  ],
  [
    'an optional volume of a Secret that is not there',
    deployment(volume('secret: { secretName: absent, optional: true }')),
  ],
  [
    'chosen keys, this one not among them',
    deployment(volume('secret: { secretName: db, items: [{ key: user, path: password }] }')),
  ],
  [
    'projected keys, this one not among them',
    deployment(volume('projected: { sources: [{ secret: { name: db, items: [{ key: user, path: u }] } }] }')),
  ],
  [
    'a subPath of another key',
    deployment(volume('secret: { secretName: db }', 'mountPath: /p, subPath: user')),
  ],
  [
    'a subPath that only begins like the key',
    deployment(volume('secret: { secretName: db }', 'mountPath: /p, subPath: password2')),
  ],
  [
    'a subPath of a path that another key has',
    deployment(
      volume(
        'secret: { secretName: db, items: [{ key: user, path: password }, { key: password, path: p }] }',
        'mountPath: /p, subPath: password',
      ),
    ),
  ],
  [
    'a subPath with a variable, among keys without this one',
    deployment(
      volume(
        'secret: { secretName: db, items: [{ key: user, path: u }] }',
        'mountPath: /p, subPathExpr: $(NAME)',
      ),
    ),
  ],
  [
    'variables of which this one is overridden',
    deployment(
      '{ containers: [{ name: c, envFrom: [{ secretRef: { name: db } }], env: [{ name: password, value: fixed }] }] }',
    ),
  ],
  [
    'variables with a prefix of which this one is overridden',
    deployment(
      '{ containers: [{ name: c, envFrom: [{ prefix: DB_, secretRef: { name: db } }], env: [{ name: DB_password, value: fixed }] }] }',
    ),
  ],
  [
    'a CSI driver with another Secret',
    deployment(volume('csi: { driver: db, nodePublishSecretRef: { name: other } }')),
  ],
  [
    'a CSI driver without a Secret',
    deployment(
      volume('csi: { driver: secrets-store.csi.k8s.io, volumeAttributes: { secretProviderClass: db } }'),
    ),
  ],
  [
    'pulling images with another Secret',
    deployment('{ containers: [{ name: c }], imagePullSecrets: [{ name: other }] }'),
  ],
  [
    'a ServiceAccount of that name',
    '{ apiVersion: v1, kind: ServiceAccount, metadata: { name: db }, secrets: [{ name: db }] }',
  ],
  [
    'an Ingress with another certificate',
    '{ apiVersion: networking.k8s.io/v1, kind: Ingress, spec: { tls: [{ hosts: [h], secretName: other }] } }',
  ],
  [
    'an Ingress with the controller’s own certificate',
    '{ apiVersion: networking.k8s.io/v1, kind: Ingress, spec: { tls: [{ hosts: [db] }] } }',
  ],
  ['a Job that is done', job(ENV, ', status: { conditions: [{ type: Complete, status: "True" }] }')],
  ['a Job that failed', job(ENV, ', status: { conditions: [{ type: Failed, status: "True" }] }')],
  ['a Pod that is done', pod(ENV, '', '{ phase: Succeeded }')],
  ['a Pod of a ReplicaSet', pod(ENV, owned('ReplicaSet'))],
  ['a Pod of a Job', pod(ENV, owned('Job'))],
  ['a static Pod', pod(ENV, owned('Node'))],
  [
    'a ReplicaSet of a Deployment',
    workload('ReplicaSet', ENV, { spec: 'replicas: 2', metadata: owned('Deployment') }),
  ],
  ['a ReplicaSet without pods', workload('ReplicaSet', ENV, { spec: 'replicas: 0' })],
  [
    'a Deployment that is called like the Secret',
    deployment('{ containers: [{ name: db }] }', { metadata: 'name: db' }),
  ],
]

describe('consumersOf', () => {
  test.each(USES)('%s', (_, manifest, expected) => {
    expect(verdicts(manifest)).toEqual(expected)
  })

  test.each(NO_USES)('is not: %s', (_, manifest) => {
    expect(verdicts(manifest)).toEqual({})
  })

  test('the tables are as long as they are meant to be', () => {
    expect(USES.length).toBeGreaterThanOrEqual(25)
    expect(NO_USES.length).toBeGreaterThanOrEqual(25)
  })

  test('several changed Secrets are one restart, with all that it is for', () => {
    const podSpec = `{ containers: [{ name: c, env: [{ name: P, ${KEY_REF} }], envFrom: [{ secretRef: { name: other } }] }] }`
    const other = { namespace: NAMESPACE, name: 'other', keys: new Set(['a']) }
    const object = parse(deployment(podSpec)) as { metadata: object }
    const parsed = parseWorkload('Deployment', { ...object, metadata: { name: 'x', namespace: NAMESPACE } })
    const found = consumersOf(parsed === undefined ? [] : [parsed], [CHANGED, other])
    expect(found).toMatchObject([{ verdict: 'restart', ways: ['env', 'envFrom'], secrets: ['db', 'other'] }])
  })

  test('what Reloader restarts for one Secret only is restarted for the other', () => {
    const podSpec = `{ containers: [{ name: c, env: [{ name: P, ${KEY_REF} }], envFrom: [{ secretRef: { name: other } }] }] }`
    const other = { namespace: NAMESPACE, name: 'other', keys: new Set(['a']) }
    const manifest = deployment(podSpec, annotated('secret.reloader.stakater.com/reload: db'))
    expect(verdicts(manifest, [CHANGED, other])).toEqual({ 'deployment/x': 'restart' })
    expect(verdicts(manifest)).toEqual({ 'deployment/x': 'left to Reloader' })
  })

  test('Reloader finds by itself what is marked on both sides, and nothing that the Secret forbids', () => {
    const search = deployment(ENV, annotated('reloader.stakater.com/search: "true"'))
    const matched = { ...CHANGED, annotations: { 'reloader.stakater.com/match': 'true' } }
    expect(verdicts(search, [matched])).toEqual({ 'deployment/x': 'left to Reloader' })
    expect(verdicts(search)).toEqual({ 'deployment/x': 'restart' })
    const auto = deployment(ENV, annotated('reloader.stakater.com/auto: "true"'))
    const ignored = { ...CHANGED, annotations: { 'reloader.stakater.com/ignore': 'true' } }
    expect(verdicts(auto, [ignored])).toEqual({ 'deployment/x': 'restart' })
  })

  test('is true of nothing where no key changes', () => {
    expect(verdicts(deployment(ENV_FROM), [{ ...CHANGED, keys: new Set() }])).toEqual({})
  })
})
