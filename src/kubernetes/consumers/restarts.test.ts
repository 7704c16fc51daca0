import { describe, expect, test } from 'vitest'
import { changeOf } from '../../../test/support/outcome.ts'
import { identifySet } from '../set.ts'
import type { Change } from '../diff.ts'
import type { RestartPolicy } from './policy.ts'
import { decideRestarts, type Decided, type RestartWith } from './restarts.ts'
import { parseWorkload, type Workload } from './workload.ts'

const set = identifySet('owner/repository')
const KEY = `secretferry.github.io/restart-${set.digest}`

function workload(
  name: string,
  keys: readonly string[],
  more: object = {},
  annotations: object = {},
): Workload {
  const env = keys.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: 'db', key } } }))
  const parsed = parseWorkload('Deployment', {
    metadata: { name, namespace: 'app', uid: name },
    spec: { ...more, template: { metadata: { annotations }, spec: { containers: [{ name: 'c', env }] } } },
  })
  if (parsed === undefined) throw new Error('no workload')
  return parsed
}

function revised(change: Change, revisions: Readonly<Record<string, string>>): Change {
  return {
    ...change,
    keys: change.keys.map((each) => ({ ...each, revision: revisions[each.key] ?? each.revision })),
  }
}

function decide(
  workloads: readonly Workload[],
  change: Change,
  { restart = 'auto', restartWith = 'digest' }: { restart?: RestartPolicy; restartWith?: RestartWith } = {},
): Decided {
  const context = { set, restartWith, now: Date.UTC(2026, 0, 5, 12) }
  return decideRestarts(workloads, { wanting: [{ change, restart }], changes: [change] }, context)
}

const update = changeOf('update', 'db', { A: 'a', B: 'b' })

describe('decideRestarts', () => {
  test('the digest changes with the revisions of the keys that are read, and with no other', () => {
    const value = (revisions: Readonly<Record<string, string>>): string | undefined =>
      decide([workload('x', ['A'])], revised(update, revisions)).restarts[0]?.value
    const before = value({ A: '000000000001', B: '000000000001' })
    expect(before).toMatch(/^[0-9a-f]{16}$/)
    expect(value({ A: '000000000001', B: '000000000002' })).toBe(before)
    expect(value({ A: '000000000002', B: '000000000001' })).not.toBe(before)
  })

  test('it stands in an annotation of the set, and the former value is kept for undoing', () => {
    const { restarts } = decide([workload('x', ['A'], {}, { [KEY]: 'former' }), workload('y', ['A'])], update)
    expect(restarts).toMatchObject([
      {
        kind: 'Deployment',
        namespace: 'app',
        name: 'x',
        uid: 'x',
        annotation: KEY,
        former: 'former',
        secrets: ['db'],
      },
      { name: 'y', former: undefined },
    ])
  })

  test('kubectl’s annotation holds the time', () => {
    const { restarts } = decide([workload('x', ['A'])], update, { restartWith: 'restartedAt' })
    expect(restarts).toMatchObject([
      { annotation: 'kubectl.kubernetes.io/restartedAt', value: '2026-01-05T12:00:00Z' },
    ])
  })

  test('what is named is restarted whatever it reads, and nothing else', () => {
    const restart: RestartPolicy = [{ kind: 'Deployment', name: 'y' }]
    const { restarts, bystanders } = decide([workload('x', ['A']), workload('y', [])], update, { restart })
    expect(restarts.map(({ name }) => name)).toEqual(['y'])
    expect(bystanders).toEqual([])
  })

  test.each([
    ['paused', { paused: true }, true],
    ['empty', { replicas: 0 }, false],
  ])('what is %s is told of', (_, spec, stale) => {
    expect(decide([workload('x', ['A'], spec)], update)).toMatchObject({
      restarts: [],
      bystanders: [{ stale }],
      problems: [],
    })
  })

  test('what is paused and named is a problem', () => {
    const restart: RestartPolicy = [{ kind: 'Deployment', name: 'x' }]
    expect(decide([workload('x', ['A'], { paused: true })], update, { restart }).problems).toMatchObject([
      { code: 'RESTART_IMPOSSIBLE' },
    ])
  })

  test('what changes hands and keeps its value restarts nothing', () => {
    const { live } = changeOf('unchanged', 'db', { A: 'a', B: 'b' })
    const taken = {
      ...update,
      live,
      keys: update.keys.map((each) => ({ ...each, action: 'changed' as const })),
    } as Change
    expect(decide([workload('x', ['A', 'B'])], taken).restarts).toEqual([])
  })
})
