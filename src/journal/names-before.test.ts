import { describe, expect, it } from 'vitest'
import { liveOf, manifestOf } from '../../test/support/live-secret.ts'
import type { Undoable } from '../kubernetes/attempt.ts'
import type { AppliedSecret, Cluster, LiveSecret } from '../kubernetes/cluster.ts'
import { GENERATION_ANNOTATION, GENERATION_OF_ANNOTATION, identifySet } from '../kubernetes/set.ts'
import { namesBefore } from './names-before.ts'

const set = identifySet('owner/repository')

function generation(name: string, number: number, namespace = 'app', base = 'web'): AppliedSecret {
  const annotations = { [GENERATION_OF_ANNOTATION]: base, [GENERATION_ANNOTATION]: String(number) }
  return { namespace, name, type: 'Opaque', data: new Map(), labels: {}, annotations, immutable: true }
}

const live = (...given: Parameters<typeof generation>): LiveSecret =>
  liveOf(generation(...given), set.manager)
const made = (desired: AppliedSecret): Undoable => ({ action: 'create', live: undefined, desired })

function before(
  writes: readonly Undoable[],
  there: readonly LiveSecret[],
  again: readonly AppliedSecret[] = [],
): ReturnType<typeof namesBefore> {
  const list: Cluster['list'] = (namespace) =>
    Promise.resolve(there.filter((each) => each.namespace === namespace))
  return namesBefore({ list } as Cluster, { writes, manifests: again }, set)
}

const NEW = made(generation('web-new', 3))

describe('namesBefore', () => {
  it('asks nothing where a run had made no new name', async () => {
    const { annotations, ...plain } = manifestOf({ A: 'a' })
    const writes = [made({ ...plain, annotations, data: new Map() })]
    expect(await namesBefore({} as Cluster, { writes, manifests: [] }, set)).toEqual({
      renamings: [],
      known: new Set(),
    })
  })

  it('goes back to the generation before, of the same name and in the same namespace', async () => {
    const there = [
      live('web-new', 3),
      live('web-old', 2),
      live('web-older', 1),
      live('db-old', 2, 'app', 'db'),
      live('web-later', 4),
    ]
    const { renamings, known } = await before(
      [NEW, made(generation('api-new', 2, 'b'))],
      [...there, live('api-old', 1, 'b')],
    )
    expect(renamings.map((each) => [each.namespace, each.current, [...each.former]])).toEqual([
      ['app', 'web-old', ['web-new']],
      ['b', 'api-old', ['api-new']],
    ])
    expect(renamings.flatMap(({ obsolete }) => obsolete)).toEqual([])
    expect([...known]).toContain('app/db-old')
  })

  it('goes back to one that is there again by then', async () => {
    const { renamings } = await before(
      [NEW],
      [live('web-new', 3), live('web-older', 1)],
      [generation('web-old', 2)],
    )
    expect(renamings.map(({ current }) => current)).toEqual(['web-old'])
  })

  it('points nothing where there was none before', async () => {
    expect((await before([NEW], [live('web-new', 3)])).renamings).toEqual([])
  })
})
