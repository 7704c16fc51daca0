import { describe, expect, it } from 'vitest'
import { identifySet } from '../set.ts'
import type { ApiObject, Workloads } from '../workloads.ts'
import { putBackAll, type PutBack, type PutBackWorld } from './restart.ts'
import type { Restart } from './restarts.ts'

const set = identifySet('owner/repository')
const ANNOTATION = `secretferry.github.io/names-${set.digest}`
const PLACE = 'containers/main/envFrom/0'

const RESTART: Restart = {
  kind: 'Deployment',
  namespace: 'app',
  name: 'reader',
  uid: 'u',
  annotation: ANNOTATION,
  value: 'new',
  former: 'old',
  pointing: { pointers: [{ place: PLACE, from: 'web-old', to: 'web-new' }], force: false },
}

function deployment(mark: string, ...names: readonly string[]): ApiObject {
  const envFrom = names.map((name) => ({ secretRef: { name } }))
  const template = {
    metadata: { annotations: { [ANNOTATION]: mark } },
    spec: { containers: [{ name: 'main', envFrom }] },
  }
  return { metadata: { uid: 'u' }, spec: { template } }
}

/** Puts back what is there as the object, or, after the first look, as the next one. */
async function putBack(
  objects: readonly ApiObject[],
  world: Partial<PutBackWorld> = {},
): Promise<{ back: PutBack | undefined; sent: readonly ApiObject[] }> {
  const sent: ApiObject[] = []
  let looks = 0
  const workloads = {
    read: () => Promise.resolve(objects[Math.min(looks++, objects.length - 1)]),
    apply(_: unknown, fields: ApiObject) {
      sent.push(fields)
      return Promise.resolve({})
    },
  } as unknown as Workloads
  const [back] = await putBackAll([RESTART], {
    workloads,
    set,
    now: () => 0,
    cancelled: () => false,
    lateUntil: undefined,
    gone: new Set(),
    ...world,
  })
  return { back, sent }
}

const POINTED_BACK = [
  {
    spec: {
      template: {
        metadata: { annotations: { [ANNOTATION]: 'old' } },
        spec: { containers: [{ name: 'main', envFrom: [{ secretRef: { name: 'web-old' } }] }] },
      },
    },
  },
]

describe('a workload that was pointed to a new name', () => {
  it('is pointed back', async () => {
    const { back, sent } = await putBack([deployment('new', 'web-new')])
    expect(back?.fate).toBe('back')
    expect(sent).toEqual(POINTED_BACK)
  })

  it('is waited for where that may yet be done, since the new Secret goes then', async () => {
    const late = [deployment('old', 'web-old'), deployment('new', 'web-new')]
    expect((await putBack(late, { lateUntil: 1 })).sent).toEqual(POINTED_BACK)
    expect((await putBack(late)).back?.fate).toBe('untouched')
    const { back } = await putBack(late, { lateUntil: 1, cancelled: () => true })
    expect(back).toMatchObject({ fate: 'stuck', reason: 'its change may yet be done' })
  })

  it.each<readonly [string, readonly string[]]>([
    ['a place has a third name by now', ['web-other']],
    ['the new name is in another place too', ['web-new', 'web-new']],
  ])('is left as it is where %s', async (_, names) => {
    const { back, sent } = await putBack([deployment('new', ...names)])
    expect(back?.fate).toBe('left')
    expect(sent).toEqual([])
  })

  it('is not pointed to a Secret that could not be made again', async () => {
    const { back, sent } = await putBack([deployment('new', 'web-new')], { gone: new Set(['app/web-old']) })
    expect(back).toMatchObject({ fate: 'stuck', reason: 'the Secret that it had is not there again' })
    expect(sent).toEqual([])
  })
})
