import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFiles, isInside, type Demand } from './files.ts'

const posix = process.platform !== 'win32'
const isRoot = posix && process.getuid?.() === 0

let folder = ''
let workspace = ''
let temp = ''

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'secretferry-files-')))
  workspace = path.join(folder, 'work')
  temp = path.join(folder, 'temp')
  for (const each of [
    workspace,
    temp,
    path.join(workspace, 'sub'),
    path.join(workspace, '.git'),
    path.join(folder, 'work-beside'),
  ])
    mkdirSync(each)
  writeFileSync(path.join(workspace, 'a.txt'), 'in the workspace')
  writeFileSync(path.join(workspace, 'sub', '..b.txt'), 'dots')
  writeFileSync(path.join(workspace, '.git', 'config'), 'git')
  writeFileSync(path.join(temp, 't.txt'), 'in temp')
  writeFileSync(path.join(folder, 'outside.txt'), 'outside')
  writeFileSync(path.join(folder, 'work-beside', 'x.txt'), 'beside')
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function files(demand?: Demand) {
  return createFiles({ workspace, temp, path, demand })
}

async function read(file: string, limit = 1000): Promise<string | undefined> {
  const bytes = await files().read(file, limit)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString()
}

describe('read', () => {
  it.each<[string, () => string, string]>([
    ['a relative path', () => 'a.txt', 'in the workspace'],
    ['an absolute path', () => path.join(workspace, 'a.txt'), 'in the workspace'],
    ['a path that goes around', () => 'sub/../a.txt', 'in the workspace'],
    ['a name that begins with two dots', () => 'sub/..b.txt', 'dots'],
    ['a file under RUNNER_TEMP', () => path.join(temp, 't.txt'), 'in temp'],
  ])('takes %s', async (_, file, content) => {
    expect(await read(file())).toBe(content)
  })

  it.each(['no.txt', 'no/such/folder.txt', 'a.txt/inside', '../no.txt'])(
    'answers undefined for %s',
    async (file) => {
      expect(await read(file)).toBeUndefined()
    },
  )

  it.each<[string, () => string, RegExp]>([
    ['a file outside', () => '../outside.txt', /outside the workspace/],
    ['an absolute path outside', () => path.join(folder, 'outside.txt'), /outside the workspace/],
    [
      'a folder whose name begins like the workspace’s',
      () => '../work-beside/x.txt',
      /outside the workspace/,
    ],
    ['the workspace itself', () => '.', /outside the workspace/],
    ['a directory', () => 'sub', /it is a directory/],
    ['a file under .git', () => '.git/config', /under \.git/],
    ['.git itself', () => '.git', /under \.git/],
    ['a name with a null byte', () => 'a\0b', /can't be looked up/],
    ['a name that is too long', () => 'a'.repeat(5000), /can't be looked up/],
  ])('refuses %s', async (_, file, why) => {
    await expect(read(file())).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: expect.stringMatching(why) as string,
    })
  })

  it('takes a file as large as the limit, and no larger', async () => {
    expect(await read('a.txt', 16)).toBe('in the workspace')
    await expect(read('a.txt', 15)).rejects.toThrow('larger than 15 bytes')
  })

  it('refuses a file of 50 MB by its size alone', async () => {
    const large = path.join(workspace, 'large.yml')
    writeFileSync(large, '')
    truncateSync(large, 50_000_000)
    await expect(read('large.yml', 1024 * 1024)).rejects.toThrow('larger than 1048576 bytes')
  })

  it.each<[string, () => string, () => string]>([
    ['out of the workspace', () => 'link', () => path.join(folder, 'outside.txt')],
    ['into .git', () => 'link', () => path.join(workspace, '.git', 'config')],
    ['out of RUNNER_TEMP', () => path.join(temp, 'link'), () => path.join(folder, 'outside.txt')],
  ])('follows no symbolic link %s', async (_, link, target) => {
    symlinkSync(target(), path.resolve(workspace, link()))
    await expect(read(link())).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' })
  })

  it('follows no symbolic link of a folder out of the workspace', async () => {
    symlinkSync(folder, path.join(workspace, 'dir'), 'dir')
    await expect(read('dir/outside.txt')).rejects.toThrow(/outside the workspace/)
  })

  it('follows symbolic links inside, where the workspace is one itself too', async () => {
    symlinkSync(path.join(workspace, 'a.txt'), path.join(workspace, 'link'))
    symlinkSync(workspace, path.join(folder, 'entry'), 'dir')
    const entry = createFiles({
      workspace: path.join(folder, 'entry'),
      temp: undefined,
      path,
      demand: undefined,
    })
    expect(Buffer.from((await entry.read('link', 100)) ?? []).toString()).toBe('in the workspace')
  })

  it.skipIf(!posix)('refuses links in a ring, pipes and devices, without waiting for them', async () => {
    symlinkSync('ring', path.join(workspace, 'ring'))
    execFileSync('mkfifo', [path.join(workspace, 'pipe')])
    symlinkSync('/dev/zero', path.join(workspace, 'zero'))
    await expect(read('ring')).rejects.toThrow(/can't be looked up \(ELOOP\)/)
    await expect(read('pipe')).rejects.toThrow(/no regular file/)
    await expect(read('zero')).rejects.toThrow(/outside the workspace/)
  })

  it.skipIf(process.platform !== 'linux')(
    'refuses /proc/self/environ, by its name and by a link',
    async () => {
      symlinkSync('/proc/self/environ', path.join(workspace, 'environ'))
      await expect(read('/proc/self/environ')).rejects.toThrow(/outside the workspace/)
      await expect(read('environ')).rejects.toThrow(/outside the workspace/)
    },
  )

  it.skipIf(!posix || isRoot)('says why a file can’t be read', async () => {
    chmodSync(path.join(workspace, 'a.txt'), 0)
    await expect(read('a.txt')).rejects.toThrow(/can't be opened \(EACCES\)/)
  })

  it('finds RUNNER_TEMP missing no reason to fail', async () => {
    const alone = createFiles({ workspace, temp: path.join(folder, 'none'), path, demand: undefined })
    expect(await alone.read('a.txt', 100)).toBeDefined()
  })

  describe('where the event demands the base’s files', () => {
    const demanded: [string, string | undefined][] = []
    const demanding = () =>
      files((relative, bytes) => {
        demanded.push([relative, bytes === undefined ? undefined : Buffer.from(bytes).toString()])
        return Promise.resolve(bytes === undefined ? undefined : Buffer.from('the committed bytes'))
      })
    beforeEach(() => demanded.splice(0))

    it('demands by the name in the repository, and answers what the demand does', async () => {
      const bytes = await demanding().read('sub/../sub/..b.txt', 100)
      expect(Buffer.from(bytes ?? []).toString()).toBe('the committed bytes')
      expect(demanded).toEqual([['sub/..b.txt', 'dots']])
    })

    it('demands of a file that is not there that the base has none either', async () => {
      expect(await demanding().read('no.txt', 100)).toBeUndefined()
      expect(demanded).toEqual([['no.txt', undefined]])
    })

    it('takes a workspace that is itself behind a link, by either of its names', async () => {
      const entry = path.join(folder, 'entry')
      symlinkSync(workspace, entry, 'dir')
      const demand: Demand = (_, bytes) => Promise.resolve(bytes)
      const linked = createFiles({ workspace: entry, temp, path, demand })
      for (const file of ['a.txt', path.join(entry, 'a.txt'), path.join(workspace, 'a.txt')])
        expect(Buffer.from((await linked.read(file, 100)) ?? []).toString()).toBe('in the workspace')
    })

    it.each<[string, () => string, () => [string, string] | undefined]>([
      ['a link to another file of the workspace', () => 'link', () => ['link', 'a.txt']],
      ['a file below a linked folder', () => 'dir/..b.txt', () => ['dir', 'sub']],
      ['a link into RUNNER_TEMP', () => 'link', () => ['link', path.join(temp, 't.txt')]],
      ['a link out of both', () => 'link', () => ['link', path.join(folder, 'outside.txt')]],
      ['a file of RUNNER_TEMP', () => path.join(temp, 't.txt'), () => undefined],
      ['a link in RUNNER_TEMP', () => path.join(temp, 'l'), () => [path.join(temp, 'l'), '../work/a.txt']],
      ['a file outside', () => '../outside.txt', () => undefined],
    ])('refuses %s, asking and answering nothing', async (_, file, link) => {
      const [from, to] = link() ?? []
      if (from !== undefined && to !== undefined)
        symlinkSync(path.resolve(workspace, path.dirname(from), to), path.resolve(workspace, from))
      await expect(demanding().read(file(), 100)).rejects.toMatchObject({ code: 'UNTRUSTED_CHANGE' })
      expect(demanded).toEqual([])
    })

    it('answers nothing of a file that does not meet the demand', async () => {
      const refusing = files(() => Promise.reject(new Error('differs')))
      await expect(refusing.read('a.txt', 100)).rejects.toThrow('differs')
    })
  })
})

describe('append', () => {
  it('makes a file that only its owner reads, and adds to one that is there', async () => {
    await files().append('log.jsonl', 'one\n')
    await files().append('log.jsonl', 'two\n')
    expect(readFileSync(path.join(workspace, 'log.jsonl'), 'utf8')).toBe('one\ntwo\n')
    if (posix) expect(statSync(path.join(workspace, 'log.jsonl')).mode & 0o777).toBe(0o600)
  })

  it.each<[string, () => string, RegExp]>([
    ['outside', () => '../log', /outside the workspace/],
    ['under .git', () => '.git/log', /under \.git/],
    ['in a folder that does not exist', () => 'no/log', /folder does not exist/],
    ['onto a directory', () => 'sub', /can't be written/],
  ])('refuses a file %s', async (_, file, why) => {
    await expect(files().append(file(), 'x')).rejects.toThrow(why)
    await expect(files().write(file(), 'x')).rejects.toThrow(why)
  })

  it.skipIf(!posix)('follows no symbolic link', async () => {
    symlinkSync(path.join(folder, 'outside.txt'), path.join(workspace, 'log'))
    await expect(files().append('log', 'x')).rejects.toThrow(/can't be written \(ELOOP\)/)
    await expect(files().write('log', 'x')).rejects.toThrow(/can't be written \(ELOOP\)/)
    expect(readFileSync(path.join(folder, 'outside.txt'), 'utf8')).toBe('outside')
  })
})

describe('write', () => {
  it('makes a file that only its owner reads, and writes over one that is there', async () => {
    await files().write('out.json', 'a longer one\n')
    await files().write('out.json', 'two\n')
    expect(readFileSync(path.join(workspace, 'out.json'), 'utf8')).toBe('two\n')
    if (posix) expect(statSync(path.join(workspace, 'out.json')).mode & 0o777).toBe(0o600)
  })
})

describe('display', () => {
  it.each<[typeof path.posix, string, string, string]>([
    [path.posix, '/w', 'a/../b.yml', 'b.yml'],
    [path.posix, '/w', '/w/a/b.yml', 'a/b.yml'],
    [path.posix, '/w', '/x.yml', '../x.yml'],
    [path.win32, 'C:\\w', 'a\\b.yml', 'a/b.yml'],
    [path.win32, 'C:\\w', 'c:/W/a/b.yml', 'a/b.yml'],
  ])('names a file relative to the workspace, with slashes', (platform, root, file, shown) => {
    expect(
      createFiles({ workspace: root, temp: undefined, path: platform, demand: undefined }).display(file),
    ).toBe(shown)
  })
})

describe('isInside', () => {
  it.each<[typeof path.posix, string, string, boolean]>([
    [path.posix, '/w', '/w/a', true],
    [path.posix, '/w', '/w/..foo', true],
    [path.posix, '/w', '/w/..foo/bar', true],
    [path.posix, '/w', '/w', false],
    [path.posix, '/w', '/', false],
    [path.posix, '/w', '/wx/a', false],
    [path.posix, '/w', '/W/a', false],
    [path.posix, '/w/a', '/w', false],
    [path.posix, '/', '/a', true],
    [path.win32, 'C:\\w', 'C:\\w\\a', true],
    [path.win32, 'C:\\w', 'c:\\W\\A', true],
    [path.win32, 'C:\\w', 'C:\\w\\..foo', true],
    [path.win32, 'C:\\w', 'C:\\w', false],
    [path.win32, 'C:\\w', 'c:\\W', false],
    [path.win32, 'C:\\w', 'C:\\wx\\a', false],
    [path.win32, 'C:\\w', 'D:\\w\\a', false],
    [path.win32, 'C:\\w', '\\\\server\\share\\w\\a', false],
    [path.win32, '\\\\server\\share\\w', '\\\\SERVER\\share\\w\\a', true],
    [path.win32, '\\\\server\\share\\w', '\\\\server\\other\\w\\a', false],
    [path.win32, '\\\\server\\share\\w', 'C:\\w\\a', false],
    [path.win32, 'C:\\', 'C:\\a', true],
  ])('%#: below %s is %s: %s', (platform, root, file, inside) => {
    expect(isInside(platform, root, file)).toBe(inside)
  })
})
