import { expect, test } from 'vitest'
import { describeNeeded, neededBy } from './needs.ts'
import type { Workload } from './workload.ts'
import { parseWorkload } from './workload.ts'

const ref = (optional: boolean): object => ({
  valueFrom: { secretKeyRef: { name: 'db', key: 'password', optional } },
})

function deployment(podSpec: object): Workload {
  const parsed = parseWorkload('Deployment', {
    metadata: { name: 'backend', namespace: 'aura' },
    spec: { template: { spec: podSpec } },
  })
  if (parsed === undefined) throw new Error('no workload')
  return parsed
}

const env = (optional: boolean): Workload =>
  deployment({ containers: [{ name: 'c', env: [{ name: 'P', ...ref(optional) }] }] })
const all = deployment({ containers: [{ name: 'c', envFrom: [{ secretRef: { name: 'db' } }] }] })
const pulling = deployment({ containers: [{ name: 'c' }], imagePullSecrets: [{ name: 'db' }] })
const items = deployment({
  containers: [{ name: 'c' }],
  volumes: [{ name: 'v', secret: { secretName: 'db', items: [{ key: 'password', path: 'p' }] } }],
})

const key = { namespace: 'aura', name: 'db', keys: ['password', 'user'] }
const whole = { namespace: 'aura', name: 'db', keys: undefined }

test.each([
  ['a key by name', env(false), ['password']],
  ['a chosen key of a volume', items, ['password']],
  ['an optional key', env(true), []],
  ['all keys: none of them by name', all, []],
])('a key that is to go is needed by who reads %s', (_, workload, keys) => {
  expect(neededBy([workload], [key]).map((each) => each.key)).toEqual(keys)
})

test.each([
  ['a key by name', env(false), 1],
  ['all keys', all, 1],
  ['it for pulling images', pulling, 1],
  ['it if it is there', env(true), 0],
])('a Secret that is to go is needed by who reads %s', (_, workload, count) => {
  expect(neededBy([workload], [whole])).toHaveLength(count)
})

test('another namespace needs nothing', () => {
  expect(neededBy([env(false)], [{ ...whole, namespace: 'other' }])).toEqual([])
})

test('the refusal names who needs it', () => {
  const [problem] = describeNeeded(neededBy([env(false), items], [key]), (text) => text)
  expect(problem).toMatchObject({
    code: 'STILL_NEEDED',
    message: 'aura/db: the key password would be removed, and is still needed by deployment/backend',
  })
})
