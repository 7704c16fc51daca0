import { describe, expect, test } from 'vitest'
import type { RestartableKind } from './kinds.ts'
import { rolloutOf } from './rollout.ts'

const seen = { metadata: { generation: 3 } }
const status = (fields: object): object => ({
  ...seen,
  spec: { replicas: 3 },
  status: { observedGeneration: 3, ...fields },
})
const statefulSet = (strategy: object, fields: object): object => ({
  ...seen,
  spec: { replicas: 3, updateStrategy: strategy },
  status: { observedGeneration: 3, ...fields },
})
const rolling = { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }
const rollout = (spec: object, fields: object): object => ({
  ...seen,
  spec: { replicas: 2, ...spec },
  status: fields,
})

const CASES: readonly (readonly [string, RestartableKind, object, string, string])[] = [
  ['not seen by its controller', 'Deployment', status({ observedGeneration: 2 }), 'going', 'not begun'],
  [
    'fewer updated than wanted',
    'Deployment',
    status({ updatedReplicas: 1, replicas: 4, availableReplicas: 3 }),
    'going',
    '1/3 updated',
  ],
  [
    'old pods still there',
    'Deployment',
    status({ updatedReplicas: 3, replicas: 4, availableReplicas: 3 }),
    'going',
    '3/3 updated, 1 old still there',
  ],
  [
    'updated, not available',
    'Deployment',
    status({ updatedReplicas: 3, replicas: 3, availableReplicas: 1 }),
    'going',
    '3/3 updated, 2 unavailable',
  ],
  [
    'all there',
    'Deployment',
    status({ updatedReplicas: 3, replicas: 3, availableReplicas: 3 }),
    'complete',
    '3/3 updated',
  ],
  [
    'past its own deadline',
    'Deployment',
    status({ updatedReplicas: 1, conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] }),
    'failed',
    '1/3 updated, progress deadline exceeded',
  ],
  [
    'no replicas said: one',
    'Deployment',
    {
      ...seen,
      spec: {},
      status: { observedGeneration: 3, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    },
    'complete',
    '1/1 updated',
  ],
  [
    'not all ready',
    'StatefulSet',
    statefulSet(rolling, { readyReplicas: 2, updatedReplicas: 3 }),
    'going',
    '3/3 updated, 1 unavailable',
  ],
  [
    'ready, not all updated',
    'StatefulSet',
    statefulSet(rolling, { readyReplicas: 3, updatedReplicas: 2 }),
    'going',
    '2/3 updated',
  ],
  [
    'ready and updated',
    'StatefulSet',
    statefulSet(rolling, { readyReplicas: 3, updatedReplicas: 3 }),
    'complete',
    '3/3 updated',
  ],
  [
    'a partition that is reached',
    'StatefulSet',
    statefulSet({ rollingUpdate: { partition: 2 } }, { readyReplicas: 3, updatedReplicas: 1 }),
    'complete',
    '1/3 updated',
  ],
  [
    'revisions that differ',
    'StatefulSet',
    statefulSet({}, { readyReplicas: 3, updatedReplicas: 3, updateRevision: 'b', currentRevision: 'a' }),
    'going',
    '3/3 updated',
  ],
  [
    'never seen',
    'StatefulSet',
    { metadata: { generation: 0 }, spec: {}, status: { observedGeneration: 0 } },
    'going',
    'not begun',
  ],
  [
    'a node without',
    'DaemonSet',
    status({ desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 }),
    'going',
    '2/3 updated',
  ],
  [
    'not available',
    'DaemonSet',
    status({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 }),
    'going',
    '3/3 updated, 1 unavailable',
  ],
  [
    'on all nodes',
    'DaemonSet',
    status({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }),
    'complete',
    '3/3 updated',
  ],
  [
    'not restarted yet',
    'Rollout',
    rollout(
      { restartAt: '2026-01-02T00:00:00Z' },
      { observedGeneration: '3', phase: 'Healthy', updatedReplicas: 2 },
    ),
    'going',
    '2/2 updated',
  ],
  [
    'restarted and healthy',
    'Rollout',
    rollout(
      { restartAt: '2026-01-02T00:00:00Z' },
      { observedGeneration: '3', phase: 'Healthy', updatedReplicas: 2, restartedAt: '2026-01-02T00:00:00Z' },
    ),
    'complete',
    '2/2 updated',
  ],
  [
    'degraded',
    'Rollout',
    rollout({}, { observedGeneration: '3', phase: 'Degraded', updatedReplicas: 1 }),
    'failed',
    '1/2 updated, degraded',
  ],
]

describe('rolloutOf', () => {
  test.each(CASES)('%s: %s', (_, kind, object, state, text) => {
    expect(rolloutOf(kind, object)).toEqual({ state, text })
  })

  test.each(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'] as const)(
    'of a %s that says nothing is going',
    (kind) => {
      expect(rolloutOf(kind, seen).state).toBe('going')
    },
  )
})
