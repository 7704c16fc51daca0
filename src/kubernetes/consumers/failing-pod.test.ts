import { describe, expect, test } from 'vitest'
import { failingPod, selectorOf } from './failing-pod.ts'

const created = (second: number): string => `2026-01-01T00:00:0${second}Z`
const pod = (name: string, second: number, status: object): Readonly<Record<string, unknown>> => ({
  metadata: { name, creationTimestamp: created(second) },
  status,
})
const container = (fields: object): object => ({
  containerStatuses: [{ name: 'main', ready: false, ...fields }],
})
const waiting = (reason: string, more: object = {}): object =>
  container({ state: { waiting: { reason } }, ...more })
const ready = { conditions: [{ type: 'Ready', status: 'True' }] }

describe('failingPod', () => {
  test.each([
    ['waits', waiting('ImagePullBackOff'), 'waiting: ImagePullBackOff'],
    [
      'crashed',
      waiting('CrashLoopBackOff', {
        restartCount: 4,
        lastState: { terminated: { reason: 'Error', exitCode: 1 } },
      }),
      'waiting: CrashLoopBackOff, before that terminated: Error (exit code 1), restarted 4 times',
    ],
    [
      'ended',
      container({ state: { terminated: { reason: 'OOMKilled', exitCode: 137, signal: 9 } } }),
      'terminated: OOMKilled (exit code 137) (signal 9)',
    ],
    ['runs and is not ready', container({ state: { running: {} } }), 'running, not ready'],
    [
      'has no place',
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] },
      'Pending: Unschedulable',
    ],
    ['gives a reason that is no word', waiting('could not, for p4ssw0rd'), 'waiting: unknown'],
  ])('one that %s', (_, status, state) => {
    expect(failingPod([pod('a', 1, status)])?.state).toBe(state)
  })

  test('is the newest of those that fail, before those that only wait', () => {
    const pods = [
      pod('old', 1, waiting('CrashLoopBackOff')),
      pod('new', 3, waiting('CrashLoopBackOff')),
      pod('starting', 4, waiting('ContainerCreating')),
      pod('ready', 5, ready),
    ]
    expect(failingPod(pods)?.name).toBe('new')
  })

  test('is none where all are ready', () => {
    expect(failingPod([pod('a', 1, ready), pod('b', 2, { phase: 'Succeeded' })])).toBeUndefined()
  })

  test('looks at init containers first', () => {
    const status = {
      initContainerStatuses: [{ name: 'init', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      ...container({ state: { waiting: { reason: 'PodInitializing' } } }),
    }
    expect(failingPod([pod('a', 1, status)])).toMatchObject({ container: 'init', ranBefore: false })
  })
})

test('selectorOf writes labels and expressions as a query has them', () => {
  const selector = {
    matchLabels: { app: 'a' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['x', 'y'] },
      { key: 'zone', operator: 'NotIn', values: ['z'] },
      { key: 'some', operator: 'Exists' },
      { key: 'none', operator: 'DoesNotExist' },
    ],
  }
  expect(selectorOf({ spec: { selector } })).toBe('app=a,tier in (x,y),zone notin (z),some,!none')
})
