import { describe, expect, it } from 'vitest'
import { plainSecret } from '../../test/support/plain-secret.ts'
import type { LiveSecret } from './cluster.ts'
import { contestedFields, withoutContested } from './contest.ts'
import { parseSecret } from './objects.ts'
import { withOneOwnEntry } from './own-fields.ts'
import { identifySet } from './set.ts'
import { TOOLS } from './tools.ts'

const set = identifySet('owner/repository')

interface Fields {
  readonly data?: readonly string[]
  readonly labels?: readonly string[]
  readonly annotations?: readonly string[]
  readonly more?: object
}

const named = (names: readonly string[] = []): object =>
  Object.fromEntries(names.map((name) => [`f:${name}`, {}]))

function entry(manager: string, operation: string, { data, labels, annotations, more }: Fields): object {
  const metadata = {
    ...(labels === undefined ? {} : { 'f:labels': named(labels) }),
    ...(annotations === undefined ? {} : { 'f:annotations': named(annotations) }),
  }
  const fieldsV1 = {
    ...(data === undefined ? {} : { 'f:data': named(data) }),
    ...(Object.keys(metadata).length === 0 ? {} : { 'f:metadata': metadata }),
    ...more,
  }
  return {
    manager,
    operation,
    apiVersion: 'v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1,
  }
}

function live(entries: readonly object[], more: object = {}): LiveSecret {
  const object = parseSecret(
    {
      metadata: {
        namespace: 'app',
        name: 'web',
        uid: 'u',
        labels: { l: '1', m: '2' },
        annotations: { n: '3' },
        managedFields: entries,
        ...more,
      },
      type: 'Opaque',
      data: { a: 'MQ==', b: 'Mg==', c: 'Mw==' },
    },
    (bytes) => plainSecret(Buffer.from(bytes).toString()),
  )
  if (object === undefined) throw new Error('no Secret')
  return object
}

const taking = (managers: readonly string[], tools: readonly string[] = []) => ({
  from: [],
  takes: (manager: string) => managers.includes(manager),
  tools: TOOLS.filter(({ word }) => word !== undefined && tools.includes(word)),
})

const entriesOf = (object: LiveSecret): unknown => object.metadata['managedFields']
const ours = (fields: Fields): object => entry(set.manager, 'Apply', fields)
const TYPE = { 'f:type': {} }

describe('withOneOwnEntry', () => {
  it('merges our own entries, and leaves all others and what nobody owns', () => {
    const other = entry('other', 'Update', { labels: ['l'] })
    const object = live([
      ours({ data: ['a'] }),
      other,
      entry(set.manager, 'Update', { data: ['b'], more: TYPE }),
    ])
    expect(entriesOf(withOneOwnEntry(object, set))).toEqual([ours({ data: ['a', 'b'], more: TYPE }), other])
  })

  it('takes every entry of those who are taken over, and what nobody owns, and leaves finalizers alone', () => {
    const finalizers = { 'f:metadata': { 'f:finalizers': { 'v:"x"': {} }, 'f:labels': { 'f:l': {} } } }
    const object = live([
      entry('kubectl-create', 'Update', { data: ['a'], more: TYPE }),
      entry('kubectl-edit', 'Update', { more: finalizers }),
      entry('other', 'Update', { data: ['c'] }),
    ])
    const taken = withOneOwnEntry(object, set, taking(['kubectl-create', 'kubectl-edit']))
    expect(entriesOf(taken)).toEqual([
      ours({ data: ['a', 'b'], labels: ['l', 'm'], annotations: ['n'], more: TYPE }),
      entry('other', 'Update', { data: ['c'] }),
    ])
    expect(taken.managedFields[0]?.dataKeys).toEqual(new Set(['a', 'b']))
    expect(taken.data).toBe(object.data)
  })

  it('takes an object without an owner whole', () => {
    const taken = withOneOwnEntry(live([]), set, taking([]))
    expect(taken.managedFields).toHaveLength(1)
    expect(taken.managedFields[0]).toMatchObject({
      dataKeys: new Set(['a', 'b', 'c']),
      labels: new Set(['l', 'm']),
      annotations: new Set(['n']),
      ownsType: true,
    })
  })

  it('never owns a whole map where there is nothing in it', () => {
    const object = live([entry('kubectl-create', 'Update', { more: TYPE })], {
      labels: {},
      annotations: undefined,
    })
    const [own] = entriesOf(withOneOwnEntry(object, set, taking(['kubectl-create']))) as {
      fieldsV1: object
    }[]
    expect(own?.fieldsV1).toEqual({ 'f:type': {}, 'f:data': named(['a', 'b', 'c']) })
  })

  it('takes the marks of a tool from whoever has them, and its references', () => {
    const mark = 'argocd.argoproj.io/tracking-id'
    const references = [
      { kind: 'SealedSecret', name: 'web', uid: '1' },
      { kind: 'Deployment', name: 'web', uid: '2' },
    ]
    const object = live(
      [entry('helper', 'Update', { annotations: [mark] }), entry('other', 'Update', { labels: ['l'] })],
      {
        annotations: { [mark]: 'x' },
        ownerReferences: references,
      },
    )
    const taken = withOneOwnEntry(object, set, taking([], ['argo-cd', 'sealed-secrets']))
    expect(taken.managedFields.map(({ manager }) => manager)).toEqual([set.manager, 'other'])
    expect(taken.managedFields[0]?.annotations).toEqual(new Set([mark]))
    expect(taken.metadata['ownerReferences']).toEqual([references[1]])
    expect(taken.ownerReferences).toEqual([{ kind: 'Deployment', name: 'web' }])
  })
})

describe('contestedFields', () => {
  const others = [
    entry('one', 'Update', { data: ['a', 'b'], labels: ['l'], annotations: ['n'] }),
    entry('two', 'Apply', { data: ['a'] }),
  ]
  const object = live([ours({ data: ['a', 'b', 'c'], more: TYPE }), ...others])
  const desired = {
    namespace: 'app',
    name: 'web',
    data: new Map([
      ['a', plainSecret('9')],
      ['b', plainSecret('2')],
      ['c', plainSecret('9')],
      ['d', plainSecret('9')],
    ]),
    labels: { l: '9', m: '9' },
    annotations: { n: '3' },
    immutable: false,
  }
  const contests = contestedFields(object, desired, set)

  it('names what differs and others own, with all of them', () => {
    expect(contests.map(({ field, managers }) => [field, managers])).toEqual([
      ['key a', ['one', 'two']],
      ['label l', ['one']],
    ])
  })

  it('leaves everybody what is not contested', () => {
    const left = withoutContested(object, contests, set)
    expect(entriesOf(left)).toEqual([
      ours({ data: ['a', 'b', 'c'], more: TYPE }),
      entry('one', 'Update', { data: ['b'], annotations: ['n'] }),
    ])
  })
})

describe('what client-side apply left', () => {
  it('has its values masked when it is read', () => {
    const masked: string[] = []
    const sent = { data: { a: Buffer.from('stale').toString('base64') }, stringData: { b: 'clear' } }
    const metadata = {
      namespace: 'app',
      name: 'web',
      uid: 'u',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(sent) },
    }
    const read = (annotations: object): void => {
      parseSecret({ metadata: { ...metadata, ...annotations } }, (bytes) => {
        masked.push(Buffer.from(bytes).toString())
        return plainSecret('x')
      })
    }
    read({})
    expect(masked).toEqual(['stale', 'clear'])
    expect(() =>
      read({ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{' } }),
    ).not.toThrow()
  })
})
