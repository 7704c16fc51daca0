import { describe, expect, it } from 'vitest'
import { liveOf, manifestOf } from '../../test/support/live-secret.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import type { Cluster, LiveSecret } from './cluster.ts'
import { nameGenerations } from './generations.ts'
import { GENERATION_ANNOTATION, GENERATION_OF_ANNOTATION, identifySet } from './set.ts'

const set = identifySet('owner/repository')
/** Bytes that count up, so that a name is known. */
const random = (size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, nth) => nth))
const NEW = 'web-bcdfghjk'

type Values = Readonly<Record<string, string | undefined>>

const declared = (values: Values, more: Partial<SecretManifest> = {}): SecretManifest =>
  manifestOf(values, { generations: { keepOld: 1 }, immutable: true, ...more })

function generation(
  name: string,
  number: number,
  values: Values,
  more: Partial<LiveSecret> = {},
): LiveSecret {
  const manifest = manifestOf(values)
  const data = new Map(
    [...manifest.data].flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value] as const])),
  )
  const annotations = { [GENERATION_OF_ANNOTATION]: 'web', [GENERATION_ANNOTATION]: String(number) }
  const { namespace, type } = manifest
  return liveOf({ namespace, name, type, data, labels: {}, annotations, immutable: true }, set.manager, more)
}

function name(
  manifests: readonly SecretManifest[],
  live: readonly LiveSecret[],
): ReturnType<typeof nameGenerations> {
  const list: Cluster['list'] = (namespace) =>
    Promise.resolve(live.filter((each) => each.namespace === namespace))
  return nameGenerations({ list } as Cluster, manifests, { set, takeOver: [], random: random })
}

const OLD = [generation('web-old', 2, { A: 'a' }), generation('web-older', 1, { A: 'z' })]

describe('nameGenerations', () => {
  it('asks nothing where no name has a suffix', async () => {
    const manifests = [manifestOf({ A: 'a' })]
    expect(await nameGenerations({} as Cluster, manifests, { set, takeOver: [], random: random })).toEqual({
      renamings: [],
      known: new Set(),
      manifests,
    })
  })

  it('keeps the name of the latest while it holds what is declared', async () => {
    const { manifests, renamings } = await name([declared({ A: 'a' })], OLD)
    expect(manifests.map((each) => each.name)).toEqual(['web-old'])
    expect(renamings).toMatchObject([
      { base: 'web', current: 'web-old', former: new Set(['web', 'web-older']) },
    ])
    expect(renamings[0]?.obsolete).toEqual([])
  })

  it.each<readonly [string, SecretManifest, LiveSecret]>([
    ['another value', declared({ A: 'b' }), generation('web-old', 2, { A: 'a' })],
    ['a key more', declared({ A: 'a', B: 'b' }), generation('web-old', 2, { A: 'a' })],
    ['a key less', declared({ A: 'a' }), generation('web-old', 2, { A: 'a', B: 'b' })],
    ['another type', declared({ A: 'a' }, { type: 'example.com/x' }), generation('web-old', 2, { A: 'a' })],
    [
      'one that may change again',
      declared({ A: 'a' }, { immutable: false }),
      generation('web-old', 2, { A: 'a' }),
    ],
  ])('draws a name for %s, in which nothing is of a value', async (_, manifest, live) => {
    const { manifests, renamings } = await name([manifest], [live])
    expect(manifests[0]?.name).toBe(NEW)
    expect(manifests[0]?.annotations).toMatchObject({
      [GENERATION_OF_ANNOTATION]: 'web',
      [GENERATION_ANNOTATION]: '3',
    })
    expect(renamings[0]?.former).toEqual(new Set(['web', 'web-old']))
  })

  it('gives up as many as are more than are to be kept, the latest never', async () => {
    const obsoleteOf = async (keepOld: number, value: string): Promise<readonly string[] | undefined> => {
      const { renamings } = await name([declared({ A: value }, { generations: { keepOld } })], OLD)
      return renamings[0]?.obsolete.map((each) => each.name)
    }
    expect(await obsoleteOf(0, 'a')).toEqual(['web-older'])
    expect(await obsoleteOf(0, 'b')).toEqual(['web-old', 'web-older'])
    expect(await obsoleteOf(1, 'b')).toEqual(['web-older'])
    expect(await obsoleteOf(2, 'b')).toEqual([])
  })

  it('takes what is absent along from the generation before', async () => {
    const live = [generation('web-old', 2, { A: 'a', B: 'b' })]
    const { manifests } = await name([declared({ A: 'other', B: undefined })], live)
    const kept = manifests[0]?.data.get('B')?.value
    expect(kept !== undefined && live[0]?.data.get('B')?.equals(kept)).toBe(true)
  })

  it('points nothing to what is not made, for all of it is absent', async () => {
    const { manifests, renamings } = await name([declared({ A: undefined })], [])
    expect(manifests.map((each) => each.name)).toEqual(['web'])
    expect(renamings).toEqual([])
  })

  it('knows generations by what they say of themselves, in their own namespace', async () => {
    const strange = [
      generation('web-going', 9, { A: 'a' }, { deleting: true }),
      generation('web-plain', 8, { A: 'a' }, { annotations: {} }),
      generation('web-there', 7, { A: 'a' }, { namespace: 'elsewhere' }),
    ]
    const { manifests, known } = await name(
      [declared({ A: 'a' }), declared({ A: 'a' }, { namespace: 'elsewhere' })],
      [...OLD, ...strange],
    )
    expect(manifests.map((each) => `${each.namespace}/${each.name}`)).toEqual([
      'app/web-old',
      'elsewhere/web-there',
    ])
    expect(known).toEqual(new Set(['app/web-old', 'app/web-older', 'elsewhere/web-there']))
  })

  it('does not begin where the generations may not be listed', async () => {
    const list: Cluster['list'] = () => Promise.resolve(undefined)
    const naming = nameGenerations({ list } as Cluster, [declared({ A: 'a' })], {
      set,
      takeOver: [],
      random: random,
    })
    await expect(naming).rejects.toThrow('in the namespace app the credentials may not list the Secrets')
  })
})
