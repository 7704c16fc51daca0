import { describe, expect, it } from 'vitest'
import { ActionError } from './error.ts'
import { demandBase, judgeTrust } from './trust.ts'

const sha = 'a1'.repeat(20)

function judge(event: string | undefined, payload: unknown, commit: string | undefined = sha) {
  return judgeTrust({ GITHUB_EVENT_NAME: event, GITHUB_SHA: commit }, () => Promise.resolve(payload))
}

const pull = (repo: unknown): unknown => ({ repository: { id: 1 }, pull_request: { head: { repo } } })
const run = (repository: unknown): unknown => ({
  repository: { id: 1 },
  workflow_run: { head_repository: repository },
})

describe('judgeTrust', () => {
  it.each([undefined, 'push', 'pull_request', 'schedule', 'workflow_dispatch', 'release', 'merge_group'])(
    'takes %s for an event of its own, without a look at its payload',
    async (event) => {
      const payload = () => Promise.reject(new Error('read'))
      expect(await judgeTrust({ GITHUB_EVENT_NAME: event }, payload)).toEqual({ kind: 'own' })
    },
  )

  it.each<[string, string, unknown, boolean]>([
    ['a pull request of this repository', 'pull_request_target', pull({ id: 1 }), false],
    ['a pull request of a fork', 'pull_request_target', pull({ id: 2 }), true],
    ['a fork of the same name', 'pull_request_target', pull({ id: 2, full_name: 'o/r' }), true],
    ['a deleted fork', 'pull_request_target', pull(null), true],
    ['a run of this repository', 'workflow_run', run({ id: 1 }), false],
    ['a run of a fork', 'workflow_run', run({ id: 2 }), true],
    ['a run of a deleted fork', 'workflow_run', run(null), true],
    ['a comment, which does not say', 'issue_comment', { repository: { id: 1 }, issue: {} }, true],
    ['a payload that says nothing', 'pull_request_target', {}, true],
    ['no payload', 'workflow_run', null, true],
  ])('takes %s for somebody else’s change', async (_, event, payload, fork) => {
    expect(await judge(event, payload)).toEqual({ kind: 'foreign', event, base: sha, fork })
  })

  it('takes a payload that can’t be read for a fork’s', async () => {
    const env = { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_SHA: sha }
    const judging = judgeTrust(env, () => Promise.reject(new SyntaxError('Unexpected token')))
    expect(await judging).toEqual({ kind: 'foreign', event: 'workflow_run', base: sha, fork: true })
  })

  it.each([undefined, '', 'HEAD', 'a1'.repeat(19), `${sha};x`, `--${sha}`])(
    'refuses such an event where GITHUB_SHA is %j',
    (commit) => {
      const judging = () =>
        judgeTrust({ GITHUB_EVENT_NAME: 'issue_comment', GITHUB_SHA: commit }, () => Promise.resolve({}))
      expect(judging).toThrow(ActionError)
    },
  )
})

describe('demandBase', () => {
  const check = (committed: string | undefined, found: string | undefined, fork = false) => {
    const asked: [string, string][] = []
    const demand = demandBase(
      { kind: 'foreign', event: 'pull_request_target', base: sha, fork },
      (commit, path) => {
        asked.push([commit, path])
        return Promise.resolve(committed === undefined ? undefined : Buffer.from(committed))
      },
    )
    return { asked, done: demand('a/b.yml', found === undefined ? undefined : Buffer.from(found)) }
  }

  it.each([
    ['the same bytes', 'a\nb\n', 'a\nb\n'],
    ['line ends that Git turned into CRLF', 'a\nb\n', 'a\r\nb\r\n'],
    ['nothing in either', '', ''],
  ])('accepts %s, and answers the committed bytes', async (_, committed, found) => {
    const { asked, done } = check(committed, found)
    expect(Buffer.from((await done) ?? []).toString()).toBe(committed)
    expect(asked).toEqual([[sha, 'a/b.yml']])
  })

  it('accepts that a file is in neither', async () => {
    await expect(check(undefined, undefined).done).resolves.toBeUndefined()
  })

  it.each<[string, string | undefined, string | undefined, RegExp]>([
    ['another text', 'a\n', 'b\n', /differs from the base commit/],
    ['a line more', 'a\n', 'a\nb\n', /differs/],
    ['white space', 'a\n', 'a \n', /differs/],
    ['a carriage return alone', 'a\n', 'a\r', /differs/],
    ['a file that the base does not have', undefined, 'a', /is not in the base commit/],
    ['a file that the change removed', 'a', undefined, /was removed/],
  ])('refuses %s', async (_, committed, found, message) => {
    const error: unknown = await check(committed, found).done.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'UNTRUSTED_CHANGE',
      message: expect.stringMatching(message) as string,
    })
    expect(error).toMatchObject({ message: expect.stringContaining('a/b.yml') as string })
  })

  it('says where it comes from a fork', async () => {
    await expect(check('a', 'b', true).done).rejects.toThrow('(from a fork)')
    await expect(check('a', 'b', false).done).rejects.not.toThrow('(from a fork)')
  })
})
