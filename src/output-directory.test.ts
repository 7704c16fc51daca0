import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ActionError } from './error.ts'
import { createOutputFiles } from './output-directory.ts'
import type { FileEdit, OutputFiles } from './output-files.ts'

const OLD = new Date('2020-01-01T00:00:00Z')

describe('createOutputFiles', () => {
  let root = ''
  let workspace = ''
  let output: OutputFiles
  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'secretferry-output-')))
    workspace = path.join(root, 'workspace')
    mkdirSync(path.join(workspace, 'k8s'), { recursive: true })
    mkdirSync(path.join(root, 'temp'))
    output = createOutputFiles(
      { workspace, temp: path.join(root, 'temp'), path, demand: undefined },
      { random: (size) => new Uint8Array(size) },
    )
  })
  afterEach(() => {
    chmodSync(path.join(workspace, 'k8s'), 0o755)
    rmSync(root, { recursive: true, force: true })
  })

  const at = (name: string): string => path.join(workspace, 'k8s', name)
  const put = (name: string, text: string): void => {
    writeFileSync(at(name), text)
    utimesSync(at(name), OLD, OLD)
  }
  const edit = async (name: string, text: string | undefined): Promise<FileEdit> => {
    const former = (await output.list('k8s')).get(name)
    return { name, content: text === undefined ? undefined : Buffer.from(text), mode: 0o644, former }
  }
  /** Every file, by name: its text and when it was changed. */
  const look = (): Record<string, [string, number]> =>
    Object.fromEntries(
      readdirSync(path.join(workspace, 'k8s')).map((name) => [
        name,
        [readFileSync(at(name), 'utf8'), lstatSync(at(name)).mtimeMs],
      ]),
    )

  it('lists the YAML and JSON files, and tells links and what is no file', async () => {
    put('a.yaml', 'a')
    put('b.YML', 'b')
    put('c.txt', 'c')
    mkdirSync(at('d.yaml'))
    symlinkSync('/etc/passwd', at('e.yaml'))
    put('Kustomization', 'resources: []')
    put('MyKustomization', '')
    const found = await output.list('k8s')
    expect([...found.values()].map(({ name, kind, text }) => [name, kind, text]).sort()).toEqual([
      ['Kustomization', 'file', 'resources: []'],
      ['a.yaml', 'file', 'a'],
      ['b.YML', 'file', 'b'],
      ['d.yaml', 'other', ''],
      ['e.yaml', 'link', ''],
    ])
  })

  it('has no files in a directory that is not there, and makes it for the first', async () => {
    expect(await output.list('k8s/new/deep')).toEqual(new Map())
    const file = { name: 'a.yaml', content: Buffer.from('a'), mode: 0o600, former: undefined }
    await output.edit('k8s/new/deep', [file])
    expect(readFileSync(at('new/deep/a.yaml'), 'utf8')).toBe('a')
    expect(lstatSync(at('new/deep/a.yaml')).mode & 0o777).toBe(0o600)
  })

  it('creates, changes and deletes, and leaves nothing else', async () => {
    put('a.yaml', 'a')
    put('b.yaml', 'b')
    put('c.yaml', 'c')
    await output.edit('k8s', [
      await edit('a.yaml', 'new'),
      await edit('b.yaml', undefined),
      await edit('d.yaml', 'd'),
    ])
    expect(Object.entries(look()).map(([name, [text]]) => [name, text])).toEqual([
      ['a.yaml', 'new'],
      ['c.yaml', 'c'],
      ['d.yaml', 'd'],
    ])
    expect(look()['c.yaml']?.[1]).toBe(OLD.getTime())
  })

  it.each([1, 2, 3, 4])('puts everything back as it was where edit %i of four fails', async (nth) => {
    put('a.yaml', 'a')
    put('b.yaml', 'b')
    const edits = [
      await edit('a.yaml', 'A'),
      await edit('b.yaml', undefined),
      await edit('c.yaml', 'C'),
      await edit('d.yaml', 'D'),
    ]
    const before = look()
    // A directory where a file is to be, made after all was found to be well.
    const failing = edits.map((each, index) =>
      index + 1 === nth
        ? { ...each, name: 'no/such/folder.yaml', former: undefined, content: Buffer.from('x') }
        : each,
    )
    await expect(output.edit('k8s', failing)).rejects.toThrow(/its files are as they were/)
    expect(look()).toEqual(before)
  })

  it('takes away the folders that it made where a write fails', async () => {
    const bad = { name: 'no/such.yaml', content: Buffer.from('x'), mode: 0o644, former: undefined }
    await expect(output.edit('k8s/new/deep', [bad])).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
    expect(readdirSync(path.join(workspace, 'k8s'))).toEqual([])
  })

  it('refuses where somebody else has changed, made or deleted a file since', async () => {
    put('a.yaml', 'a')
    const [change, create] = [await edit('a.yaml', 'A'), await edit('b.yaml', 'B')]
    put('a.yaml', 'changed')
    await expect(output.edit('k8s', [change])).rejects.toMatchObject({ code: 'STALE' })
    put('b.yaml', 'made')
    await expect(output.edit('k8s', [create])).rejects.toMatchObject({ code: 'STALE' })
    rmSync(at('a.yaml'))
    await expect(output.edit('k8s', [change])).rejects.toMatchObject({ code: 'STALE' })
    expect(Object.keys(look())).toEqual(['b.yaml'])
  })

  it('refuses directories outside, under .git, behind links that lead out, and files in their place', async () => {
    symlinkSync(root, at('out'))
    symlinkSync('/nowhere/at/all', at('dangling'))
    put('file', '')
    const places = ['..', '/', '../elsewhere', root, '.git', '.git/x', 'k8s/out', 'k8s/out/x', 'k8s/dangling']
    for (const place of [...places, 'k8s/dangling/x', 'k8s/file']) {
      const failed = await output.list(place).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect([place, failed instanceof ActionError && failed.code]).toEqual([place, 'OUTPUT_INVALID'])
    }
  })

  it('takes the workspace itself, and knows what is in RUNNER_TEMP', async () => {
    expect(await output.list('.')).toEqual(new Map())
    expect(await output.isTemporary('k8s')).toBe(false)
    expect(await output.isTemporary(path.join(root, 'temp'))).toBe(true)
    expect(await output.isTemporary(path.join(root, 'temp/a/b'))).toBe(true)
  })
})
