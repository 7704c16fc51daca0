import { describe, expect, it } from 'vitest'
import { foundFile } from '../../test/support/memory-output.ts'
import { Secret } from '../secret.ts'
import { editsOf, planFiles } from './plan-files.ts'
import type { RenderedFile } from './rendered-file.ts'

const fileOf = (name: string, content: RenderedFile['content']): RenderedFile => ({
  name,
  content,
  object: undefined,
})
const plan = (files: readonly RenderedFile[], existing: readonly ReturnType<typeof foundFile>[]) =>
  planFiles(files, {
    existing: new Map(existing.map((file) => [file.name, file])),
    set: 's',
    directory: 'd',
    removeStale: false,
  })

describe('planFiles', () => {
  it('leaves a file alone that is as it is to be, and a new mode to no file but one with values', () => {
    const { planned, problems } = plan(
      [
        fileOf('a.yaml', 'a'),
        fileOf('b.yaml', 'new'),
        fileOf(
          'c.yaml',
          Secret.of('c', () => undefined),
        ),
      ],
      [foundFile('a.yaml', 'a'), foundFile('b.yaml', 'old', { mode: 0o640 })],
    )
    expect(problems).toEqual([])
    expect(planned.map(({ name, action }) => [name, action])).toEqual([
      ['a.yaml', 'unchanged'],
      ['b.yaml', 'update'],
      ['c.yaml', 'create'],
    ])
    expect(editsOf(planned).map(({ name, mode }) => [name, mode])).toEqual([
      ['b.yaml', 0o640],
      ['c.yaml', 0o600],
    ])
  })

  it('refuses two files of one name, links, and read-only files that would change', () => {
    const { problems } = plan(
      [fileOf('a.yaml', 'x'), fileOf('A.yaml', 'x'), fileOf('l.yaml', 'x'), fileOf('r.yaml', 'x')],
      [foundFile('l.yaml', '', { kind: 'link' }), foundFile('r.yaml', 'old', { readOnly: true })],
    )
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['OUTPUT_INVALID', 'two Secrets would be rendered to d/a.yaml'],
      ['OUTPUT_INVALID', 'd/l.yaml is a link'],
      ['OUTPUT_INVALID', 'd/r.yaml is read-only and would have to change'],
    ])
  })
})
