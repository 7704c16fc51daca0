import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foundFile } from '../../test/support/memory-output.ts'
import { mapping, readYaml, writeYaml, type Mapping, type Node } from '../manifests/yaml.ts'
import { readFormer, type Former } from './former.ts'
import { rewrite } from './rewrite.ts'

function formerOf(text: string): Former {
  const read = readFormer(foundFile('a.yaml', text), 'a.yaml')
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return read.former
}

const HAND = `# who to ask: team data
apiVersion: bitnami.com/v1alpha1   # the only one
kind: "SealedSecret"
metadata:
    namespace: aura
    name: 'one'
    annotations:
        sync-wave: "1"   # before the backend
        marks: |
            A: old
            B: old
spec:
    encryptedData:
        # the first
        B: b-old   # rotated in May
        A: 'a-old'

        # the last
    template:
        type: Opaque
`

const wanted = (
  more: Readonly<Record<string, Node>> = {},
  data: Readonly<Record<string, Node>> = {},
): Mapping =>
  mapping({
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: mapping({
      name: 'one',
      namespace: 'aura',
      annotations: mapping({ 'sync-wave': '1', marks: 'A: old\nB: old\n', ...more }),
    }),
    spec: mapping({
      encryptedData: mapping({ A: 'a-old', B: 'b-old', ...data }),
      template: mapping({ type: 'Opaque' }),
    }),
  })

describe('rewrite', () => {
  it('leaves a text alone that says what is wanted, however it says it', () => {
    expect(rewrite(HAND, formerOf(HAND), wanted())).toEqual({ text: HAND, kept: true })
  })

  it('replaces the values that changed and nothing else', () => {
    const written = rewrite(HAND, formerOf(HAND), wanted({ marks: 'A: old\nB: new\n' }, { B: 'b-new' }))
    expect(written.kept).toBe(true)
    expect(written.text).toBe(HAND.replace('b-old', 'b-new').replace('B: old', 'B: new'))
  })

  it('adds keys below the others, removes keys with their line, and keeps every other comment', () => {
    const { text, kept } = rewrite(
      HAND,
      formerOf(HAND),
      wanted({ more: 'x' }, { C: 'c-new', B: undefined as never }),
    )
    expect(kept).toBe(true)
    expect(text).toBe(
      HAND.replace('        B: b-old   # rotated in May\n', '')
        .replace("        A: 'a-old'\n", "        A: 'a-old'\n        C: c-new\n")
        .replace('            B: old\n', '            B: old\n        more: x\n'),
    )
  })

  it('keeps the order of keys of a file in its own shape', () => {
    const text = writeYaml(
      new Map<string, Node>([
        ['b', '1'],
        [
          'a',
          new Map([
            ['z', 'x'],
            ['v', 'x'],
          ]),
        ],
      ]),
    )
    const { text: next } = rewrite(
      text,
      formerOf(text),
      new Map<string, Node>([
        [
          'a',
          new Map([
            ['v', 'new'],
            ['x', 'x'],
            ['z', 'x'],
          ]),
        ],
        ['b', '1'],
      ]),
    )
    expect(next).toBe('b: "1"\na:\n  z: x\n  v: new\n  x: x\n')
  })

  it('writes anew what is in a form that it does not edit, and says that comments are lost', () => {
    const flow = '# mine\n{ apiVersion: bitnami.com/v1alpha1, kind: SealedSecret }\n'
    const { text, kept } = rewrite(flow, formerOf(flow), wanted())
    expect(kept).toBe(false)
    expect(readYaml(text)).toEqual(rewriteOrder(wanted()))
  })

  it('says what is wanted, whatever was there before', () => {
    const words = fc.constantFrom('a', 'b', 'c', '1', 'true', '', 'x: y', 'one\ntwo\n', '#', "it's", '- x')
    const tree = fc.letrec<{ node: Node }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 2 },
        words,
        fc
          .dictionary(words, tie('node'), { minKeys: 1, maxKeys: 3 })
          .map((record) => new Map(Object.entries(record))),
      ),
    })).node
    const root = fc
      .dictionary(words, tree, { minKeys: 1, maxKeys: 3 })
      .map((record): Mapping => new Map(Object.entries(record)))
    fc.assert(
      fc.property(root, root, fc.constantFrom('', '# a comment\n'), (before, after, comment) => {
        const text = comment + writeYaml(before)
        const { text: next } = rewrite(text, formerOf(text), after)
        expect(plain(formerOf(next).root)).toEqual(plain(after))
      }),
    )
  })
})

function rewriteOrder(root: Mapping): Mapping {
  return root
}

function plain(node: Node): unknown {
  if (node instanceof Map)
    return Object.fromEntries([...(node as Mapping)].map(([key, value]) => [key, plain(value)]))
  return typeof node === 'string' ? node : JSON.stringify(node)
}
