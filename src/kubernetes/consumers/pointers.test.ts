import { describe, expect, it } from 'vitest'
import { isMoved, pointedSpec, pointersOf, type Targets } from './pointers.ts'

const targets = (
  current: string,
  former: readonly string[] = [],
  others: readonly string[] = [],
): Targets => ({
  of: (name) =>
    name === 'app' || name === current || former.includes(name)
      ? current
      : others.includes(name)
        ? name
        : undefined,
  isGiven: (name) => name === current || former.includes(name) || others.includes(name),
})

const env = (name: string): object => ({
  name: 'A',
  valueFrom: { secretKeyRef: { name, key: 'A', optional: true } },
})

/** A pod's spec, what of it is applied to point it to `app-new`, and what is applied to take that back. */
const CASES: readonly (readonly [string, object, object, object])[] = [
  [
    'a variable, with all of its reference',
    {
      containers: [
        {
          name: 'main',
          image: 'i',
          env: [env('app'), { name: 'B', value: 'b' }, { ...env('foreign'), name: 'C' }],
        },
      ],
    },
    { containers: [{ name: 'main', env: [env('app-new')] }] },
    { containers: [{ name: 'main', env: [env('app')] }] },
  ],
  [
    'all variables of a Secret, with the whole list',
    {
      initContainers: [
        {
          name: 'i',
          envFrom: [{ configMapRef: { name: 'app' } }, { prefix: 'P', secretRef: { name: 'app' } }],
        },
      ],
    },
    {
      initContainers: [
        {
          name: 'i',
          envFrom: [{ configMapRef: { name: 'app' } }, { prefix: 'P', secretRef: { name: 'app-new' } }],
        },
      ],
    },
    {
      initContainers: [
        {
          name: 'i',
          envFrom: [{ configMapRef: { name: 'app' } }, { prefix: 'P', secretRef: { name: 'app' } }],
        },
      ],
    },
  ],
  [
    'a volume, by the one field',
    {
      volumes: [
        { name: 'v', secret: { secretName: 'app', defaultMode: 256 } },
        { name: 'w', emptyDir: {} },
      ],
    },
    { volumes: [{ name: 'v', secret: { secretName: 'app-new' } }] },
    { volumes: [{ name: 'v', secret: { secretName: 'app' } }] },
  ],
  [
    'a projected volume, with all of its sources',
    {
      volumes: [
        { name: 'v', projected: { sources: [{ secret: { name: 'app' } }, { configMap: { name: 'app' } }] } },
      ],
    },
    {
      volumes: [
        {
          name: 'v',
          projected: { sources: [{ secret: { name: 'app-new' } }, { configMap: { name: 'app' } }] },
        },
      ],
    },
    {
      volumes: [
        { name: 'v', projected: { sources: [{ secret: { name: 'app' } }, { configMap: { name: 'app' } }] } },
      ],
    },
  ],
  [
    'a name for pulling images, beside that of its owner',
    { imagePullSecrets: [{ name: 'app' }, { name: 'foreign' }] },
    { imagePullSecrets: [{ name: 'app-new' }] },
    {},
  ],
  [
    'a name for pulling images that was given before, in its place',
    { imagePullSecrets: [{ name: 'app' }, { name: 'app-old' }] },
    { imagePullSecrets: [{ name: 'app-new' }] },
    { imagePullSecrets: [{ name: 'app-old' }] },
  ],
  [
    'nothing of others',
    {
      containers: [{ name: 'main', env: [env('foreign')] }],
      volumes: [{ name: 'app', configMap: { name: 'app' } }],
    },
    {},
    {},
  ],
]

describe('pointers to a new name', () => {
  it.each(CASES)('change %s', (_, spec, forth, back) => {
    const pointers = pointersOf(spec, targets('app-new', ['app-old']))
    expect(pointedSpec(spec, pointers, 'to')).toEqual(forth)
    expect(pointedSpec(spec, pointers, 'from')).toEqual(back)
    expect(pointers.some((each) => isMoved(spec, each))).toBe(pointers.length > 0)
  })

  it('say what stays too, for a field manager loses what it does not say', () => {
    const spec = { containers: [{ name: 'main', env: [env('other-old'), { ...env('app'), name: 'B' }] }] }
    const pointers = pointersOf(spec, targets('app-new', [], ['other-old']))
    expect(pointedSpec(spec, pointers, 'to')).toEqual({
      containers: [{ name: 'main', env: [env('other-old'), { ...env('app-new'), name: 'B' }] }],
    })
    expect(pointers.map((each) => isMoved(spec, each))).toEqual([false, true])
  })

  it('are all in place where the spec is as they want it', () => {
    const spec = {
      containers: [{ name: 'main', env: [env('app-new')] }],
      imagePullSecrets: [{ name: 'app' }, { name: 'app-new' }],
    }
    const pointers = pointersOf(spec, targets('app-new'))
    expect(pointers).toHaveLength(2)
    expect(pointers.some((each) => isMoved(spec, each))).toBe(false)
  })

  it('fit no spec in which somebody has given a place another name', () => {
    const spec = { volumes: [{ name: 'v', secret: { secretName: 'app' } }] }
    const pointers = pointersOf(spec, targets('app-new'))
    const changed = { volumes: [{ name: 'v', secret: { secretName: 'foreign' } }] }
    expect(pointedSpec(changed, pointers, 'to')).toBeUndefined()
    const done = { volumes: [{ name: 'v', secret: { secretName: 'app-new' } }] }
    expect(pointedSpec(done, pointers, 'from')).toEqual({
      volumes: [{ name: 'v', secret: { secretName: 'app' } }],
    })
  })
})
