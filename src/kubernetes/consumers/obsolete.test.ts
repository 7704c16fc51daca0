import { describe, expect, it } from 'vitest'
import { liveOf } from '../../../test/support/live-secret.ts'
import { changeOf } from '../../../test/support/outcome.ts'
import type { LiveSecret } from '../cluster.ts'
import type { Naming } from '../generations.ts'
import { identifySet, SET_LABEL } from '../set.ts'
import { createKeeping, judgeObsolete, judgePruned } from './obsolete.ts'
import type { Holdout } from './survey-pointing.ts'
import { parseWorkload } from './workload.ts'

const set = identifySet('owner/repository')
const judging = { set, scrub: (text: string): string => text.replaceAll('hunter22', '***') }

function generation(name: string, overrides: Partial<LiveSecret> = {}): LiveSecret {
  const applied = {
    namespace: 'app',
    name,
    type: 'Opaque',
    data: new Map(),
    labels: { [SET_LABEL]: set.digest },
    annotations: {},
    immutable: true,
  }
  return liveOf(applied, set.manager, overrides)
}

function namingOf(obsolete: readonly LiveSecret[]): Naming {
  const names = obsolete.map(({ name }) => name)
  const renaming = { namespace: 'app', base: 'db', current: 'db-new', force: false, at: {} }
  return {
    renamings: [{ ...renaming, former: new Set(['db', ...names]), obsolete }],
    known: new Set(names.map((name) => `app/${name}`)),
  }
}

function holdout(name: string, names: readonly string[], namespace = 'app'): Holdout {
  const workload = parseWorkload('Job', { metadata: { name, namespace, uid: name } })
  if (workload === undefined) throw new Error('no workload')
  return { workload, names }
}

const UNUSED = { holdouts: [], lingering: [], hidden: [] }

describe('former generations', () => {
  it('go where nothing has their names, each by this run alone', () => {
    const obsolete = [generation('db-old'), generation('db-older')]
    const used = { ...UNUSED, holdouts: [holdout('job', ['db-older'], 'elsewhere')] }
    const judged = judgeObsolete(namingOf(obsolete), createKeeping(used, judging), judging)
    expect(judged.held).toEqual([])
    expect(
      judged.obsolete.map(({ action, manifest, superseded }) => [action, manifest.name, superseded]),
    ).toEqual([
      ['delete', 'db-old', true],
      ['delete', 'db-older', true],
    ])
  })

  it('stay where something uses them, may not be seen, or has a part in them', () => {
    const heldBy = (survey: Partial<typeof UNUSED> & object, live: LiveSecret): readonly string[] => {
      const keeping = createKeeping({ ...UNUSED, ...survey }, judging)
      const { held, obsolete } = judgeObsolete(namingOf([live]), keeping, judging)
      expect(obsolete).toEqual([])
      return held.map(({ why }) => why)
    }
    const users = [holdout('job-hunter22', ['db-old'])]
    const many = Array.from({ length: 12 }, (_, nth) => holdout(`job-${nth}`, ['db-old']))
    expect(heldBy({ holdouts: users } as never, generation('db-old'))).toEqual(['used by app/job/job-***'])
    expect(heldBy({ lingering: users } as never, generation('db-old'))).toEqual(['used by app/job/job-***'])
    expect(heldBy({ holdouts: many } as never, generation('db-old'))[0]).toMatch(
      /app\/job\/job-9 and 2 more$/,
    )
    const hidden = [{ namespace: 'app', kind: 'Pod' }]
    expect(heldBy({ hidden } as never, generation('db-old'))).toEqual([
      'whether it is used is not known: pods may not be listed',
    ])
    expect(heldBy({}, generation('db-old', { labels: {} }))).toEqual([
      'it does not bear the label of the set any more',
    ])
  })

  it('that a run going back had made, and a declared name from before, stay under the same conditions', () => {
    const changes = ['db', 'db-old', 'other'].map((name) => changeOf('delete', name, {}))
    const keeping = createKeeping({ ...UNUSED, holdouts: [holdout('job', ['db-old'])] }, judging)
    const { changes: left, held } = judgePruned(changes, namingOf([generation('db-old')]), keeping)
    expect(held).toEqual([{ namespace: 'app', name: 'db-old', why: 'used by app/job/job' }])
    // What nothing is pointed away from is judged by who needs it, as every deletion.
    expect(left.map(({ manifest, superseded }) => [manifest.name, superseded])).toEqual([
      ['db', true],
      ['other', undefined],
    ])
  })
})
