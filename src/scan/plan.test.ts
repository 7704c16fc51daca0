import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { repositories, type Repository } from '../../test/support/repository.ts'
import { ActionError } from '../error.ts'
import type { Scope } from '../inputs/scan.ts'
import { examine } from './examine.ts'
import { eventOf, type Event } from './event.ts'
import { blobAt } from './git/base-files.ts'
import { openGit } from './git/git.ts'
import { openObjects } from './git/objects.ts'
import { planScan, type ScanPlan } from './plan.ts'
import { patternLayer } from './patterns.ts'
import type { Source } from './scan.ts'

const { create, discard } = repositories()
afterAll(discard)

const local: Event = { kind: 'local' }

describe('a pull request', () => {
  test('its net change, and each of its commits', async () => {
    const repository = create()
    const base = repository.commit({ 'a.txt': 'tok_base0000\n' })
    repository.git('checkout', '-q', '-b', 'topic')
    repository.commit({ 'a.txt': 'tok_base0000\ntok_early000\n' })
    const head = repository.commit({ 'a.txt': 'tok_base0000\nfine\n', 'b.txt': 'tok_late0000\n' })
    const { plan, found } = await scanned(repository, pull(base, head, 2))
    expect(plan.about).toBe(`pull request #7: 2 commits, ${base.slice(0, 12)}...${head.slice(0, 12)}`)
    expect(plan).toMatchObject({ decides: base, proposed: true })
    expect(found).toEqual([
      'b.txt:1 tok_late0000',
      expect.stringMatching(/^a.txt:2 tok_early000 \w+$/),
      expect.stringMatching(/^b.txt:1 tok_late0000 \w+$/),
    ])
    expect((await scanned(repository, pull(base, head, 2), 'diff')).found).toEqual(['b.txt:1 tok_late0000'])
    expect((await scanned(repository, pull(base, head, 2), 'tree')).found).toEqual([
      'a.txt:1 tok_base0000',
      'b.txt:1 tok_late0000',
    ])
  })

  test('what moved on the base meanwhile is not its own', async () => {
    const repository = create()
    repository.commit({ 'a.txt': 'x\n' })
    repository.git('checkout', '-q', '-b', 'topic')
    const head = repository.commit({ 'b.txt': 'tok_mine0000\n' })
    repository.git('checkout', '-q', 'main')
    const base = repository.commit({ 'c.txt': 'tok_theirs00\n' })
    expect((await scanned(repository, pull(base, head, 1))).found).toEqual(['b.txt:1 tok_mine0000'])
  })

  test('what a merge adds that none of its parents has, even where it is gone again', async () => {
    const repository = create()
    const base = repository.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' })
    repository.git('checkout', '-q', '-b', 'topic')
    repository.commit({ 'a.txt': 'one\ntopic\n' })
    repository.git('checkout', '-q', 'main')
    repository.commit({ 'b.txt': 'one\ntok_theirs00\n' })
    repository.git('checkout', '-q', 'topic')
    repository.git('merge', '-q', '--no-commit', 'main')
    repository.commit({ 'b.txt': 'one\ntok_theirs00\ntok_merge000\n' })
    const head = repository.commit({ 'b.txt': 'one\ntok_theirs00\n' })
    const { found } = await scanned(repository, pull(repository.git('rev-parse', 'main'), head, 3))
    expect(found).toEqual([expect.stringMatching(/^b.txt:3 tok_merge000 \w+$/)])
    expect(base).not.toBe(head)
  })

  test('a renamed file adds what was changed in it, a copied one all', async () => {
    const repository = create()
    const text = 'a line that is long enough to be known again\n'.repeat(20)
    const base = repository.commit({ 'old.txt': `${text}tok_old00000\n` })
    repository.git('mv', 'old.txt', 'new.txt')
    const head = repository.commit({ 'new.txt': `${text}tok_old00000\ntok_new00000\n` })
    expect((await scanned(repository, pull(base, head, 1))).found).toEqual(['new.txt:22 tok_new00000'])
  })
})

describe('a shallow clone', () => {
  const origin = create()
  origin.commit({ 'a.txt': 'tok_base0000\n' })
  for (let nth = 0; nth < 5; nth++) origin.commit({ 'n.txt': `${nth}\n` })
  const base = origin.git('rev-parse', 'HEAD')
  origin.git('checkout', '-q', '-b', 'topic')
  origin.commit({ 'b.txt': 'tok_early000\n' })
  const head = origin.commit({ 'b.txt': 'fine\n' })

  test('is deepened as far as the change goes', async () => {
    const clone = origin.clone('--depth=1', '--branch=topic')
    const { found } = await scanned(clone, pull(base, head, 2))
    expect(found).toEqual([expect.stringMatching(/^b.txt:1 tok_early000 /)])
    expect(clone.git('for-each-ref', 'refs/secretferry')).toBe('')
  })

  test('that can’t be deepened is no pass', async () => {
    const clone = origin.clone('--depth=1', '--branch=topic')
    clone.git('remote', 'set-url', 'origin', 'file:///nowhere')
    await expect(scanned(clone, pull(base, head, 2))).rejects.toMatchObject({ code: 'NOT_SCANNED' })
    await expect(scanned(clone, local, 'history')).rejects.toMatchObject({ code: 'NOT_SCANNED' })
  })

  test('the whole history is fetched where it is asked for', async () => {
    const clone = origin.clone('--depth=1', '--branch=topic')
    const { found } = await scanned(clone, local, 'history')
    expect(found).toEqual([
      'a.txt:1 tok_base0000',
      expect.stringMatching(/^a.txt:1 tok_base0000 \w/),
      expect.stringMatching(/^b.txt:1 tok_early000 \w/),
    ])
  })
})

describe('a push', () => {
  test('brings what lies between before and after', async () => {
    const repository = create()
    const before = repository.commit({ 'a.txt': 'tok_base0000\n' })
    const after = repository.commit({ 'b.txt': 'tok_new00000\n' })
    const { plan, found } = await scanned(repository, push(before, after, 'refs/heads/main'))
    expect(found).toEqual(['b.txt:1 tok_new00000'])
    expect(plan).toMatchObject({ decides: after, proposed: false })
  })

  test('of a new branch: what the default branch has not', async () => {
    const origin = create()
    origin.commit({ 'a.txt': 'tok_base0000\n' })
    origin.git('checkout', '-q', '-b', 'topic')
    const after = origin.commit({ 'b.txt': 'tok_new00000\n' })
    const clone = origin.clone('--depth=1', '--branch=topic')
    expect((await scanned(clone, push(NONE, after, 'refs/heads/topic'))).found).toEqual([
      'b.txt:1 tok_new00000',
    ])
  })

  test('of a first branch: everything', async () => {
    const repository = create()
    const after = repository.commit({ 'a.txt': 'tok_base0000\n' })
    expect((await scanned(repository, push(NONE, after, 'refs/heads/main'))).found).toContain(
      'a.txt:1 tok_base0000',
    )
  })

  test('by force, where what was before is gone: the whole tree, and it is said', async () => {
    const origin = create()
    const after = origin.commit({ 'a.txt': 'tok_base0000\n' })
    const clone = origin.clone()
    const { plan, found } = await scanned(clone, push('1'.repeat(40), after, 'refs/heads/main'))
    expect(found).toEqual(['a.txt:1 tok_base0000'])
    expect(plan.notes).toEqual([expect.stringMatching(/is gone .*every file is looked at/)])
  })

  test('of a tag that brings no commit: the tree', async () => {
    const origin = create()
    const after = origin.commit({ 'a.txt': 'tok_base0000\n' })
    const { plan, found } = await scanned(origin.clone(), push(NONE, after, 'refs/tags/v1'))
    expect(found).toEqual(['a.txt:1 tok_base0000'])
    expect(plan.notes).toEqual([expect.stringMatching(/brings no commit that is new/)])
  })
})

test('a merge group is what it adds to its base', async () => {
  const repository = create()
  const base = repository.commit({ 'a.txt': 'tok_base0000\n' })
  const head = repository.commit({ 'b.txt': 'tok_new00000\n' })
  const group = { base_sha: base, head_sha: head, head_ref: 'refs/heads/gh-readonly-queue/main/pr-1' }
  const event = eventOf({ GITHUB_EVENT_NAME: 'merge_group' }, { merge_group: group })
  const { plan, found } = await scanned(repository, event)
  expect(found).toEqual(['b.txt:1 tok_new00000'])
  expect(plan).toMatchObject({ decides: base, proposed: true })
})

test('a schedule is the whole tree of what is checked out', async () => {
  const repository = create()
  const head = repository.commit({ 'a.txt': 'tok_base0000\n' })
  const event = eventOf({ GITHUB_EVENT_NAME: 'schedule', GITHUB_SHA: head }, {})
  expect((await scanned(repository, event)).found).toEqual(['a.txt:1 tok_base0000'])
})

describe('on one’s own machine', () => {
  test('the files as they lie there, ignored ones apart, from any folder', async () => {
    const repository = create()
    repository.commit({ '.gitignore': 'ignored\n', 'sub/a.txt': 'tok_base0000\n', 'gone.txt': 'x' })
    repository.write({
      ignored: 'tok_ignored0\n',
      'new.txt': 'tok_new00000\n',
      'sub/a.txt': 'tok_now00000\n',
      'gone.txt': undefined,
    })
    const inside = { ...repository, path: join(repository.path, 'sub') }
    expect((await scanned(inside, local)).found).toEqual([
      'sub/a.txt:1 tok_now00000',
      'new.txt:1 tok_new00000',
    ])
  })

  test('what is staged, and nothing else', async () => {
    const repository = create()
    repository.write({ 'a.txt': 'tok_first000\n' })
    repository.git('add', '-A')
    expect((await scanned(repository, local, undefined, true)).found).toEqual(['a.txt:1 tok_first000'])
    repository.commit()
    repository.write({ 'a.txt': 'tok_first000\ntok_staged00\n' })
    repository.git('add', '-A')
    repository.write({ 'a.txt': 'tok_first000\ntok_staged00\ntok_later000\n' })
    expect((await scanned(repository, local, undefined, true)).found).toEqual(['a.txt:2 tok_staged00'])
  })

  test('a branch against main', async () => {
    const repository = create()
    repository.commit({ 'a.txt': 'tok_base0000\n' })
    repository.git('checkout', '-q', '-b', 'topic')
    repository.commit({ 'b.txt': 'tok_new00000\n' })
    expect((await scanned(repository, local, 'commits')).found).toEqual(['b.txt:1 tok_new00000'])
  })
})

describe('unusual things in a repository', () => {
  test('paths of any bytes, links, submodules and what Git LFS keeps', async () => {
    const repository = create()
    const base = repository.commit({ 'a.txt': 'x\n' })
    const other = create()
    other.commit({ 'z.txt': 'tok_inside00\n' })
    repository.git('submodule', '--quiet', 'add', other.path, 'sub')
    symlinkSync('tok_linked00', join(repository.path, 'link'))
    const odd = Buffer.concat([
      Buffer.from(`${repository.path}/b`),
      Buffer.from([0xff]),
      Buffer.from('\n::error::x.txt'),
    ])
    writeFileSync(odd, 'tok_odd00000\n')
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`
    const head = repository.commit({ 'big.bin': pointer, 'sp ace/"quote".txt': 'tok_space000\n' })
    const { found, unscanned } = await scanned(repository, pull(base, head, 1))
    expect(found.toSorted()).toEqual([
      'b\ufffd\n::error::x.txt:1 tok_odd00000',
      'link:1 tok_linked00',
      'sp ace/"quote".txt:1 tok_space000',
    ])
    expect(unscanned.map(({ path, lost }) => [path, lost])).toEqual([
      ['big.bin', false],
      ['sub', false],
    ])
    expect((await scanned(repository, local, 'tree')).found).toHaveLength(3)
    expect((await scanned(repository, local)).found).toHaveLength(3)
  })

  test('a file that is too large is named', async () => {
    const repository = create()
    const base = repository.commit({ 'a.txt': 'x\n' })
    const head = repository.commit({
      'large.txt': Buffer.alloc(21 * 1024 * 1024, 'x'),
      'b.txt': 'tok_new00000\n',
    })
    for (const scope of ['diff', 'tree'] as const) {
      const { found, unscanned } = await scanned(repository, pull(base, head, 1), scope)
      expect(found).toEqual(['b.txt:1 tok_new00000'])
      expect(unscanned).toMatchObject([
        { path: 'large.txt', why: expect.stringContaining('20 MiB'), lost: false },
      ])
    }
  })

  test('an object that is missing or damaged is no pass, and others are read on', async () => {
    const repository = create()
    const base = repository.commit({ 'a.txt': 'x\n' })
    const head = repository.commit({ 'b.txt': 'damaged\n', 'c.txt': 'missing\n', 'd.txt': 'tok_new00000\n' })
    const object = (path: string): string => {
      const name = repository.git('rev-parse', `HEAD:${path}`)
      return join(repository.path, '.git/objects', name.slice(0, 2), name.slice(2))
    }
    chmodSync(object('b.txt'), 0o644)
    writeFileSync(object('b.txt'), 'not an object')
    rmSync(object('c.txt'))
    const { found, unscanned } = await scanned(repository, pull(base, head, 1))
    expect(found).toEqual(['d.txt:1 tok_new00000'])
    expect(unscanned).toMatchObject([
      { path: 'b.txt', lost: true },
      { path: 'c.txt', lost: true },
    ])
  })

  describe('a partial clone', () => {
    const origin = create()
    origin.git('config', 'uploadpack.allowFilter', 'true')
    const text = 'a line that is long enough to be known again\n'.repeat(20)
    const base = origin.commit({ 'a.txt': 'tok_base0000\n', 'old.txt': `${text}tok_old00000\n` })
    origin.git('mv', 'old.txt', 'new.txt')
    origin.commit({
      'a.txt': 'tok_base0000\ntok_early000\n',
      'new.txt': `${text}tok_old00000\ntok_new00000\n`,
    })
    const head = origin.commit({ 'a.txt': 'tok_base0000\nfine\n' })
    // As servers have it: what a clone says that it has is left out of what is sent.
    origin.git('repack', '-q', '-a', '-d', '--write-bitmap-index')
    const change = ['new.txt:22 tok_new00000', /^a.txt:2 tok_early000 /, /^new.txt:22 tok_new00000 /]
    const clone = (filter = '', ...more: string[]): Repository =>
      origin.clone(`--filter=${filter}`, '--no-checkout', ...more)
    const missing = (of: Repository): number =>
      of
        .git('rev-list', '--objects', '--all', '--missing=print')
        .split('\n')
        .filter((line) => line.startsWith('?')).length

    test.each(['blob:none', 'blob:limit=5', 'tree:0', 'blob:none --depth=1', 'tree:0 --depth=2'])(
      'has what it lacks of a change fetched, removed files too: %s',
      async (how) => {
        const { found, unscanned } = await scanned(clone(...how.split(' ')), pull(base, head, 2))
        expect(found).toEqual(
          change.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
        )
        expect(unscanned).toEqual([])
      },
    )

    test('fetches what is asked about and nothing else', async () => {
      const own = clone('blob:none')
      const before = missing(own)
      await scanned(own, pull(base, head, 2), 'diff')
      // Of five versions of files the change itself has four.
      expect([before, missing(own)]).toEqual([5, 1])
    })

    test('has every file of its tree, and of its history, fetched', async () => {
      const tree = await scanned(clone('blob:none'), pull(base, head, 2), 'tree')
      expect(tree.found).toEqual([
        'a.txt:1 tok_base0000',
        'new.txt:21 tok_old00000',
        'new.txt:22 tok_new00000',
      ])
      const history = await scanned(clone('blob:none'), local, 'history')
      expect(history.unscanned).toEqual([])
      expect(history.found).toContainEqual(expect.stringMatching(/^a.txt:2 tok_early000 /))
    })

    test('has nothing run by its settings', async () => {
      const own = clone('blob:none', '--depth=1')
      const trace = join(own.path, 'ran')
      const settings = [
        'remote.origin.uploadpack',
        'core.askPass',
        'core.gitProxy',
        'core.alternateRefsCommand',
      ]
      for (const key of settings) own.git('config', key, `touch ${trace}; git-upload-pack`)
      const other = create()
      other.commit()
      own.write({ '.git/objects/info/alternates': `${join(other.path, '.git/objects')}\n` })
      const { unscanned } = await scanned(own, pull(base, head, 2))
      expect([unscanned, existsSync(trace)]).toEqual([[], false])
    })

    test('whose origin is gone is no pass', async () => {
      const own = clone('blob:none')
      own.git('remote', 'set-url', 'origin', 'file:///nowhere')
      expect((await scanned(own, pull(base, head, 2), 'tree')).unscanned).toMatchObject([
        { path: 'a.txt', lost: true },
        { path: 'new.txt', lost: true },
      ])
    })

    test('has the configuration of its base fetched', async () => {
      const own = clone('blob:none')
      const git = openGit({ workspace: own.path, env: process.env, authorization: undefined })
      expect((await blobAt(git, base, 'a.txt'))?.toString()).toBe('tok_base0000\n')
      expect(await blobAt(git, base, 'nowhere.txt')).toBeUndefined()
    })

    test.each(['blob:none', 'tree:0'])(
      'takes no configuration that can’t be had for none: %s',
      async (filter) => {
        const own = clone(filter)
        own.git('remote', 'set-url', 'origin', 'file:///nowhere')
        const git = openGit({ workspace: own.path, env: process.env, authorization: undefined })
        await expect(blobAt(git, base, 'a.txt')).rejects.toMatchObject({ code: 'NOT_SCANNED' })
      },
    )
  })

  test('grafts and replaced commits hide nothing', async () => {
    const repository = create()
    const base = repository.commit({ 'a.txt': 'x\n' })
    const leak = repository.commit({ 'b.txt': 'tok_new00000\n' })
    const head = repository.commit({ 'b.txt': 'fine\n' })
    repository.write({ '.git/info/grafts': `${head} ${base}\n` })
    repository.git('replace', leak, base)
    expect((await scanned(repository, pull(base, head, 2))).found).toHaveLength(1)
  })

  test('settings and attributes of the clone run nothing', async () => {
    const repository = create()
    const base = repository.commit({ 'a.txt': 'x\n' })
    const head = repository.commit({
      'b.txt': 'tok_new00000\n',
      '.gitattributes': '* diff=evil filter=evil\n',
    })
    const trace = join(repository.path, 'ran')
    for (const key of [
      'core.fsmonitor',
      'diff.external',
      'diff.evil.textconv',
      'diff.evil.command',
      'filter.evil.smudge',
      'core.sshCommand',
      'core.pager',
    ])
      repository.git('config', key, `touch ${trace}; false`)
    repository.write({ '.git/hooks/post-index-change': `#!/bin/sh\ntouch ${trace}\n` })
    chmodSync(join(repository.path, '.git/hooks/post-index-change'), 0o755)
    expect((await scanned(repository, pull(base, head, 1))).found).toEqual(['b.txt:1 tok_new00000'])
    await scanned(repository, local)
    await scanned(repository, local, undefined, true)
    expect(existsSync(trace)).toBe(false)
  })

  test('no repository, and one without a commit', async () => {
    const repository = create()
    await expect(scanned(repository, local, 'tree')).rejects.toBeInstanceOf(ActionError)
    rmSync(join(repository.path, '.git'), { recursive: true })
    expect(readdirSync(repository.path)).toEqual([])
    await expect(scanned(repository, local)).rejects.toMatchObject({ code: 'NOT_SCANNED' })
  })
})

const NONE = '0'.repeat(40)

function pull(base: string, head: string, commits: number): Event {
  const payload = { number: 7, pull_request: { base: { sha: base }, head: { sha: head }, commits } }
  return eventOf({ GITHUB_EVENT_NAME: 'pull_request' }, payload)
}

function push(before: string, after: string, ref: string): Event {
  const payload = { before, after, ref, commits: [], repository: { default_branch: 'main' } }
  return eventOf({ GITHUB_EVENT_NAME: 'push' }, payload)
}

interface Seen {
  readonly plan: ScanPlan
  readonly found: readonly string[]
  readonly unscanned: readonly { readonly path: string; readonly why: string; readonly lost: boolean }[]
}

const layers = [
  patternLayer([
    {
      id: 'token',
      description: 'a token',
      severity: 'high',
      remedy: 'https://example.com',
      pattern: /tok_[a-z0-9]{8}/,
      keywords: ['tok_'],
    },
  ]),
]

async function scanned(repository: Repository, event: Event, scope?: Scope, staged = false): Promise<Seen> {
  const git = openGit({ workspace: repository.path, env: process.env, authorization: undefined })
  const plan = await planScan(git, { event, scope, staged })
  const objects = openObjects(git)
  const sources: Source[] = []
  for await (const source of plan.sources(objects)) sources.push(source)
  objects.close()
  const bench = { layers, now: Date.now, fileLimitMs: 10_000, key: Buffer.from('k') }
  return {
    plan,
    found: sources.flatMap((source) =>
      'why' in source
        ? []
        : examine(source, bench).sightings.map(({ finding, match, text }) => {
            const value = text.latin1.slice(match.start, match.end)
            const { path, line, commit } = finding
            return `${path}:${line} ${value}${commit === undefined ? '' : ` ${commit.slice(0, 7)}`}`
          }),
    ),
    unscanned: sources.flatMap((source) => {
      if ('why' in source) return [source]
      const { unscanned: why } = examine(source, bench)
      return why === undefined ? [] : [{ path: source.path, why, lost: false }]
    }),
  }
}
