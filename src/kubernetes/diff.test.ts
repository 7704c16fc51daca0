import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { liveOf, managedBy, manifestOf } from '../../test/support/live-secret.ts'
import { plainSecret } from '../../test/support/plain-secret.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import type { LiveSecret } from './cluster.ts'
import { diffSecret, type Change, type DiffContext } from './diff.ts'
import { hasOwnUpdate } from './own-fields.ts'
import { identifySet, PROVENANCE, REVISIONS_ANNOTATION, SET_LABEL } from './set.ts'

const set = identifySet('owner/repository')

/** A context whose ids count up, each drawn once. */
function context(provenance: DiffContext['provenance'] = {}): DiffContext {
  let drawn = 0
  return { set, provenance, newRevision: () => (++drawn).toString(16).padStart(12, '0') }
}

function create(manifest: SecretManifest, given = context()): LiveSecret {
  return liveOf(diffSecret(manifest, undefined, given).desired, set.manager)
}

function revisionsOf({ desired }: Change): Readonly<Record<string, string>> {
  return JSON.parse(desired.annotations[REVISIONS_ANNOTATION] ?? '{}') as Record<string, string>
}

function actionsOf({ keys }: Change): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.map(({ key, action }) => [key, action]))
}

const key = fc.stringMatching(/^[-._a-zA-Z0-9]{1,6}$/)
const text = fc.string({ maxLength: 4 })
const data = fc.dictionary(key, text, { maxKeys: 5, noNullPrototype: true })
const manifest = fc
  .record({ data, labels: data, annotations: data, immutable: fc.boolean() })
  .map(({ data: values, ...rest }) => manifestOf(values, rest))

describe('diffSecret', () => {
  it('creates what is not there, with all that tells whose it is', () => {
    const change = diffSecret(
      manifestOf({ b: '2', a: '1' }, { labels: { team: 'x' } }),
      undefined,
      context({ run: 'url' }),
    )
    expect(change).toMatchObject({ action: 'create', live: undefined, metadataChanges: [] })
    expect(change.keys.map(({ key: name, action, source }) => [name, action, source])).toEqual([
      ['a', 'added', 'env://a'],
      ['b', 'added', 'env://b'],
    ])
    expect(change.desired.labels).toEqual({
      team: 'x',
      'app.kubernetes.io/managed-by': 'secretferry',
      [SET_LABEL]: set.digest,
    })
    expect(change.desired.annotations).toEqual({
      'secretferry.github.io/set': 'owner/repository',
      [REVISIONS_ANNOTATION]: '{"a":"000000000001","b":"000000000002"}',
      [PROVENANCE.run]: 'url',
    })
  })

  it('changes nothing of an object that is as it would make it', () => {
    fc.assert(
      fc.property(manifest, (given) => {
        const again = diffSecret(given, create(given), context())
        expect(again.action).toBe('unchanged')
        expect(again.keys.every(({ action }) => action === 'same')).toBe(true)
        expect(again.metadataChanges).toEqual([])
      }),
    )
  })

  it('changes nothing for another run, commit or repository alone, and takes the new with another change', () => {
    const live = create(manifestOf({ a: '1' }), context({ run: 'first', commit: 'c1' }))
    expect(diffSecret(manifestOf({ a: '1' }), live, context({ run: 'second' })).action).toBe('unchanged')
    const { desired } = diffSecret(manifestOf({ a: '2' }), live, context({ run: 'second' }))
    expect(desired.annotations[PROVENANCE.run]).toBe('second')
    expect(desired.annotations).not.toHaveProperty([PROVENANCE.commit])
  })

  it('draws a new id for a key exactly when its value changes', () => {
    fc.assert(
      fc.property(data, data, (before, after) => {
        const given = context()
        const first = diffSecret(manifestOf(before), undefined, given)
        const second = diffSecret(manifestOf(after), liveOf(first.desired, set.manager), given)
        const [former, latter] = [revisionsOf(first), revisionsOf(second)]
        expect(Object.keys(latter).sort()).toEqual(Object.keys(after).sort())
        for (const name of Object.keys(after)) {
          const same = Object.hasOwn(before, name) && before[name] === after[name]
          expect(latter[name] === former[name]).toBe(same)
        }
        const all = [...new Set([...Object.values(former), ...Object.values(latter)])]
        expect(all.every((id) => /^[0-9a-f]{12}$/.test(id))).toBe(true)
      }),
    )
  })

  it('names every key that is added, changed, removed or the same', () => {
    const live = create(manifestOf({ same: '1', changed: '1', removed: '1' }))
    const change = diffSecret(manifestOf({ same: '1', changed: '2', added: '1' }), live, context())
    expect(change.action).toBe('update')
    expect(actionsOf(change)).toEqual({
      added: 'added',
      changed: 'changed',
      removed: 'removed',
      same: 'same',
    })
    expect([...change.desired.data.keys()]).toEqual(['added', 'changed', 'same'])
  })

  it('needs an update exactly when a value, a label, an annotation or the flag differs', () => {
    fc.assert(
      fc.property(manifest, manifest, (before, after) => {
        const plain = ({ data: entries, labels, annotations, immutable }: SecretManifest) =>
          JSON.stringify([
            [...entries].map(([name, { value }]) => [name, value?.reveal()]),
            [labels, annotations].map((each) => Object.entries(each).sort()),
            immutable,
          ])
        const equal = plain(before) === plain(after)
        expect(diffSecret(after, create(before), context()).action).toBe(equal ? 'unchanged' : 'update')
      }),
    )
  })

  it('takes a key that somebody else owns for changed, though its value is the same', () => {
    const live = create(manifestOf({ a: '1' }))
    const foreign = {
      ...live,
      data: new Map([...live.data, ['b', plainSecret('2')]]),
      managedFields: [...live.managedFields, managedBy('other', { dataKeys: new Set(['b']) })],
    }
    expect(actionsOf(diffSecret(manifestOf({ a: '1', b: '2' }), foreign, context()))).toEqual({
      a: 'same',
      b: 'changed',
    })
  })

  it('releases a key that another manager owns too', () => {
    const live = create(manifestOf({ a: '1', b: '2' }))
    const shared = {
      ...live,
      managedFields: [...live.managedFields, managedBy('other', { dataKeys: new Set(['b']) })],
    }
    expect(actionsOf(diffSecret(manifestOf({ a: '1' }), shared, context()))).toEqual({
      a: 'same',
      b: 'released',
    })
  })

  it('leaves alone a key that is not ours', () => {
    const live = create(manifestOf({ a: '1' }))
    const more = { ...live, data: new Map([...live.data, ['theirs', plainSecret('x')]]) }
    expect(diffSecret(manifestOf({ a: '1' }), more, context()).action).toBe('unchanged')
  })

  describe('of an optional value that is absent', () => {
    it('sends along what is live and ours, because leaving it out would delete it', () => {
      const live = create(manifestOf({ a: '1', b: '2' }))
      const change = diffSecret(manifestOf({ a: '1', b: undefined }), live, context())
      expect(change.action).toBe('unchanged')
      expect(actionsOf(change)).toEqual({ a: 'same', b: 'kept' })
      expect(change.desired.data.get('b')?.reveal()).toBe('2')
      expect(revisionsOf(change)).toEqual({ a: '000000000001', b: '000000000002' })
    })

    it('sends nothing where the live one is another’s, or there is none', () => {
      const live = create(manifestOf({ a: '1' }))
      const foreign = { ...live, data: new Map([...live.data, ['b', plainSecret('2')]]) }
      for (const each of [live, foreign]) {
        const change = diffSecret(manifestOf({ a: '1', b: undefined }), each, context())
        expect(change.action).toBe('unchanged')
        expect([...change.desired.data.keys()]).toEqual(['a'])
      }
      expect([
        ...diffSecret(manifestOf({ a: '1', b: undefined }), undefined, context()).desired.data.keys(),
      ]).toEqual(['a'])
    })
  })

  it.each<[string, Partial<SecretManifest>, (live: LiveSecret) => LiveSecret, string[]]>([
    ['a label that is new', { labels: { x: '1' } }, (live) => live, ['label x']],
    ['an annotation that is new', { annotations: { x: '1' } }, (live) => live, ['annotation x']],
    ['the flag', { immutable: true }, (live) => live, ['immutable']],
    [
      'a label that somebody changed',
      {},
      (live) => ({ ...live, labels: { ...live.labels, [SET_LABEL]: 'x' } }),
      [`label ${SET_LABEL}`],
    ],
    [
      'ids that somebody removed',
      {},
      (live) => ({ ...live, annotations: {} }),
      ['annotation secretferry.github.io/set', `annotation ${REVISIONS_ANNOTATION}`],
    ],
  ])('tells by name what else changes: %s', (_, changed, alter, names) => {
    const live = alter(create(manifestOf({ a: '1' })))
    const change = diffSecret(manifestOf({ a: '1' }, changed), live, context())
    expect(change).toMatchObject({ action: 'update', metadataChanges: names })
  })

  it('drops a label and an annotation that are no longer declared', () => {
    const live = create(manifestOf({ a: '1' }, { labels: { x: '1' }, annotations: { y: '1' } }))
    expect(diffSecret(manifestOf({ a: '1' }), live, context()).metadataChanges).toEqual([
      'label x',
      'annotation y',
    ])
  })

  it.each(['', 'null', '[]', '"text"', '{', '{"a":7}', '{"a":"<script>"}', '{"a":"0000000000012"}'])(
    'takes ids that are none (%s) for no ids',
    (ids) => {
      const live = create(manifestOf({ a: '1' }))
      const change = diffSecret(
        manifestOf({ a: '1' }),
        { ...live, annotations: { ...live.annotations, [REVISIONS_ANNOTATION]: ids } },
        context(),
      )
      expect(change.action).toBe('update')
      expect(revisionsOf(change)).toEqual({ a: '000000000001' })
    },
  )

  it.each<[string, (live: LiveSecret) => LiveSecret]>([
    [
      'a restore of ours left half done',
      (live) => ({
        ...live,
        managedFields: [...live.managedFields, managedBy(set.manager, { operation: 'Update' })],
      }),
    ],
    ['nothing of it is ours', (live) => ({ ...live, managedFields: [] })],
    ['it is being deleted', (live) => ({ ...live, deleting: true })],
  ])('writes again, though all is equal, where %s', (_, alter) => {
    const given = manifestOf({ a: '1' })
    expect(diffSecret(given, alter(create(given)), context()).action).toBe('update')
  })

  it('shows no value, in no part of a change', () => {
    const canary = ['Zq7', 'hunter2'].join('-')
    const change = diffSecret(
      manifestOf({ a: canary, b: 'x' }),
      create(manifestOf({ a: 'x', b: canary })),
      context(),
    )
    const shown = JSON.stringify({
      ...change,
      live: undefined,
      desired: { ...change.desired, data: [...change.desired.data] },
    })
    expect(shown).not.toContain(canary)
  })
})

describe('hasOwnUpdate', () => {
  it.each([
    ['our Update entry', managedBy(set.manager, { operation: 'Update' }), true],
    ['our Apply entry', managedBy(set.manager), false],
    ['another’s Update entry', managedBy('kubectl-edit', { operation: 'Update' }), false],
  ])('of %s: %s', (_, entry, has) => {
    expect(hasOwnUpdate({ ...create(manifestOf({})), managedFields: [entry] }, set)).toBe(has)
  })
})
