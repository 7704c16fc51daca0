import { describe, expect, it } from 'vitest'
import { liveOf, manifestOf } from '../../test/support/live-secret.ts'
import { plainSecret } from '../../test/support/plain-secret.ts'
import type { LiveSecret } from './cluster.ts'
import { diffSecret } from './diff.ts'
import { isLanded, isSameContent, isSameObject, isUntouchedByOthers } from './landed.ts'
import { identifySet, REVISIONS_ANNOTATION } from './set.ts'

const set = identifySet('owner/repository')
const manifest = manifestOf({ a: '1', b: '2' }, { labels: { l: 'x' }, annotations: { n: 'y' } })
const { desired } = diffSecret(manifest, undefined, {
  set,
  provenance: {},
  newRevision: () => '0123456789ab',
})
const live = liveOf(desired, set.manager)

const alter: Readonly<Record<string, (given: LiveSecret) => LiveSecret>> = {
  'another value': (given) => ({ ...given, data: new Map([...given.data, ['a', plainSecret('9')]]) }),
  'a key less': (given) => ({ ...given, data: new Map([...given.data].slice(1)) }),
  'another label': (given) => ({ ...given, labels: { ...given.labels, l: 'z' } }),
  'a label less': (given) => ({ ...given, labels: {} }),
  'another annotation': (given) => ({ ...given, annotations: { ...given.annotations, n: 'z' } }),
  'other ids': (given) => ({ ...given, annotations: { ...given.annotations, [REVISIONS_ANNOTATION]: '{}' } }),
}
const more: Readonly<Record<string, (given: LiveSecret) => LiveSecret>> = {
  'a key more': (given) => ({ ...given, data: new Map([...given.data, ['c', plainSecret('3')]]) }),
  'a label more': (given) => ({ ...given, labels: { ...given.labels, m: 'z' } }),
  'an annotation more': (given) => ({ ...given, annotations: { ...given.annotations, m: 'z' } }),
}
const elsewhere: Readonly<Record<string, (given: LiveSecret) => LiveSecret>> = {
  'another type': (given) => ({ ...given, type: 'kubernetes.io/tls' }),
  'another flag': (given) => ({ ...given, immutable: true }),
}

const made = { object: desired, former: undefined, manager: set.manager }

describe('isLanded', () => {
  it('knows what our create made', () => {
    expect(isLanded(live, made)).toBe(true)
  })

  it.each(Object.entries({ ...alter, ...more }))('tells it from an object with %s', (_, change) => {
    expect(isLanded(change(live), made)).toBe(false)
  })

  it('tells it from an object that somebody else is in as well', () => {
    const entry = { manager: 'kubectl-edit', operation: 'Update', fieldsV1: {} }
    const metadata = {
      ...live.metadata,
      managedFields: [entry],
    }
    expect(isLanded({ ...live, metadata }, made)).toBe(false)
  })

  it('knows what our update made: new values in, what we no longer send out, the rest as it was', () => {
    const object = { ...desired, data: new Map([['b', plainSecret('3')]]), labels: {} }
    const after = { ...live, data: object.data, labels: {} }
    const update = { object, former: live, manager: set.manager }
    expect(isLanded(after, update)).toBe(true)
    expect(isLanded({ ...after, labels: live.labels }, update)).toBe(false)
    expect(isLanded({ ...after, data: new Map([...live.data, ...object.data]) }, update)).toBe(false)
  })

  it('does not take an object with another finalizer for what our update made', () => {
    const metadata = { ...live.metadata, finalizers: ['example.com/hold'] }
    expect(isLanded({ ...live, metadata }, { object: desired, former: live, manager: set.manager })).toBe(
      false,
    )
  })
})

describe('isSameObject', () => {
  it('takes another resourceVersion for the same', () => {
    const later = { ...live, resourceVersion: '200', metadata: { ...live.metadata, resourceVersion: '200' } }
    expect(isSameObject(live, later)).toBe(true)
  })

  it('does not care in which order metadata comes', () => {
    const turned = { ...live, metadata: Object.fromEntries(Object.entries(live.metadata).reverse()) }
    expect(isSameObject(live, turned)).toBe(true)
  })

  it.each(Object.entries({ ...alter, ...more, ...elsewhere }))('tells it from one with %s', (_, change) => {
    expect(isSameObject(live, change(live))).toBe(false)
    expect(isSameObject(change(live), live)).toBe(false)
  })

  it('tells it from one that others own, which isSameContent does not', () => {
    const owned = { ...live, metadata: { ...live.metadata, managedFields: [{ manager: 'other' }] } }
    expect(isSameObject(live, owned)).toBe(false)
    expect(isSameContent(live, owned)).toBe(true)
  })
})

describe('isSameContent', () => {
  it('looks away from the annotations that it is told to ignore, and from no other', () => {
    const change = alter['another annotation']?.(live) ?? live
    expect(isSameContent(live, change)).toBe(false)
    expect(isSameContent(live, change, ['n'])).toBe(true)
    expect(isSameContent(live, change, ['l'])).toBe(false)
  })
})

describe('isUntouchedByOthers', () => {
  const entry = (manager: string, operation: string, fieldsV1: object): object => ({
    manager,
    operation,
    fieldsV1,
  })
  const owned = (...managedFields: readonly object[]): LiveSecret => ({
    ...live,
    metadata: { ...live.metadata, managedFields },
  })
  const annotations = (fields: object): object => ({ 'f:metadata': { 'f:annotations': fields } })
  const former = owned(
    entry('kubectl', 'Update', {
      'f:data': { '.': {}, 'f:a': {}, 'f:b': {} },
      ...annotations({ '.': {}, 'f:n': {} }),
    }),
  )
  /** As the first half of a restore leaves it: what it changed is ours for the while, and a map alone is written without its dot. */
  const between = owned(
    entry('kubectl', 'Update', { 'f:data': { '.': {}, 'f:a': {} }, ...annotations({}) }),
    entry(set.manager, 'Update', { 'f:data': { 'f:b': {} }, ...annotations({ 'f:n': {} }) }),
  )

  it('knows what a restore of ours has taken from others for the while', () => {
    expect(isUntouchedByOthers(between, former, set.manager)).toBe(true)
  })

  it('knows it too where all of an entry is taken', () => {
    const all = owned(entry(set.manager, 'Update', { 'f:data': { 'f:a': {} } }))
    expect(
      isUntouchedByOthers(all, owned(entry('kubectl', 'Update', { 'f:data': { 'f:a': {} } })), set.manager),
    ).toBe(true)
  })

  it.each<[string, object]>([
    ['has taken a field that is not ours', entry('somebody', 'Update', { 'f:data': { 'f:a': {} } })],
    ['has a field of its own', entry('somebody', 'Update', { 'f:metadata': { 'f:labels': { 'f:l': {} } } })],
  ])('tells it from an object in which somebody %s', (_, foreign) => {
    const entries = between.metadata['managedFields'] as readonly object[]
    expect(isUntouchedByOthers(owned(...entries, foreign), former, set.manager)).toBe(false)
  })
})
