import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editKustomization, newKustomization, type Resources } from './kustomization.ts'

function edit(text: string, { present = [], absent = [] }: Partial<Resources>): string {
  const edited = editKustomization(text, { present, absent })
  if ('problem' in edited) throw new Error(edited.problem.message)
  return edited.text
}

const HEAD = 'apiVersion: kustomize.config.k8s.io/v1beta1 # v\nkind: Kustomization\n\n'

describe('resources are added and removed, and nothing else is touched', () => {
  it.each<[string, string, Partial<Resources>, string]>([
    [
      'a list of lines, with comments',
      `${HEAD}# ours\nresources:\n- base   # first\n- "old.yaml"  # gone\n\n# theirs\nnamePrefix: x-\n`,
      { present: ['b.yaml', 'a.yaml', 'base'], absent: ['old.yaml'] },
      `${HEAD}# ours\nresources:\n- base   # first\n- a.yaml\n- b.yaml\n\n# theirs\nnamePrefix: x-\n`,
    ],
    [
      'an indented list',
      'resources:\n    - a.yaml\n',
      { present: ['b.yaml'] },
      'resources:\n    - a.yaml\n    - b.yaml\n',
    ],
    [
      'a list at the end without a line end',
      'resources:\n  - a.yaml',
      { present: ['b.yaml'] },
      'resources:\n  - a.yaml\n  - b.yaml\n',
    ],
    [
      'a list in brackets',
      'resources: [a.yaml, "b.yaml"] # c\nkind: K\n',
      { present: ['c.yaml'], absent: ['a.yaml'] },
      'resources: ["b.yaml", c.yaml] # c\nkind: K\n',
    ],
    ['an empty list', 'resources: []\nkind: K\n', { present: ['a.yaml'] }, 'resources: [a.yaml]\nkind: K\n'],
    [
      'no list',
      `${HEAD}commonLabels: {a: b}`,
      { present: ['a.yaml'] },
      `${HEAD}commonLabels: {a: b}\nresources:\n  - a.yaml\n`,
    ],
    [
      'a list of nothing',
      'resources: # none yet\nkind: K\n',
      { present: ['a.yaml'] },
      'resources: # none yet\n  - a.yaml\nkind: K\n',
    ],
    ['the last one', 'resources:\n  - a.yaml\nkind: K\n', { absent: ['a.yaml'] }, 'resources: []\nkind: K\n'],
    [
      'one that is there by its path',
      'resources:\n  - ./a.yaml\n',
      { present: ['a.yaml'] },
      'resources:\n  - ./a.yaml\n',
    ],
    [
      'one that is gone by its path',
      'resources:\n  - ./a.yaml\n  - b\n',
      { absent: ['a.yaml'] },
      'resources:\n  - b\n',
    ],
    [
      'line ends of Windows',
      'resources:\r\n  - a.yaml\r\nkind: K\r\n',
      { present: ['b.yaml'] },
      'resources:\r\n  - a.yaml\r\n  - b.yaml\nkind: K\r\n',
    ],
  ])('%s', (_, text, resources, expected) => {
    const edited = edit(text, resources)
    expect(edited).toBe(expected)
    expect(edit(edited, resources)).toBe(edited)
  })

  it('whatever the files are called', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}\.yaml$/), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(names, names, (first, second) => {
        const text = `# top\n${newKustomization(first)}# end\n`
        const edited = edit(text, { present: second, absent: first.filter((name) => !second.includes(name)) })
        for (const name of second) expect(edited).toContain(`- ${name}\n`)
        expect(edited.startsWith('# top\n') && edited.endsWith('# end\n')).toBe(true)
        expect(edit(edited, { present: second })).toBe(edited)
      }),
    )
  })
})

it('what kustomize makes of names is told', () => {
  const text = 'namePrefix: a-\nnameSuffix: "-b"\nnamespace: c\nresources: []\n'
  expect(editKustomization(text, { present: [], absent: [] })).toEqual({
    text,
    transformers: { namePrefix: 'a-', nameSuffix: '-b', namespace: 'c' },
  })
})

describe('a file that can’t be edited is refused', () => {
  it.each([
    ['no YAML', 'resources: [', /no kustomization/],
    [
      'conflict markers',
      '<<<<<<< HEAD\nresources:\n  - a\n=======\nresources:\n  - b\n>>>>>>> x\n',
      /no kustomization/,
    ],
    ['a key twice', 'resources: [a]\nresources: [b]\n', /no kustomization/],
    ['a list', '- a\n', /no kustomization/],
    ['two documents', 'resources: [a]\n---\nresources: [b]\n', /no kustomization/],
    ['resources that are a mapping', 'resources: { a: b }\n', /no plain list/],
    ['resources that are a text', 'resources: a\n', /no plain list/],
    ['a list of mappings', 'resources:\n  - a: b\n', /no plain list/],
    ['an item beside a comment', 'resources:\n  - # which\n    a\n', /can’t be edited/],
  ])('%s', (_, text, message) => {
    const edited = editKustomization(text, { present: ['x.yaml'], absent: [] })
    expect('problem' in edited ? edited.problem.message : '').toMatch(message)
  })
})
