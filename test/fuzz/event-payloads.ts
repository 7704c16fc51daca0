import fc from 'fast-check'
import { blobReader } from '../../src/git.ts'
import { demandBase, judgeTrust } from '../../src/trust.ts'
import { hostileText, JSON_SIGNS } from './hostile.ts'
import { leakIn } from './leak.ts'
import { CANARY, type Target } from './target.ts'

const SHA = 'a1'.repeat(20)
const CORPUS = [
  JSON.stringify({ repository: { id: 1 }, pull_request: { head: { repo: { id: 1 }, ref: CANARY } } }),
  JSON.stringify({ repository: { id: 1 }, workflow_run: { head_repository: { id: 2 } } }, null, 2),
  JSON.stringify({ repository: { id: 1 }, issue: { body: CANARY }, comment: { body: `/deploy ${CANARY}` } }),
]
const SIGNS = [
  ...[
    '"repository":',
    '"id":1',
    '"pull_request":',
    '"head":',
    '"repo":null',
    '"workflow_run":',
    ...JSON_SIGNS,
  ],
  ...['null', '"__proto__":{"id":1}', '1e999', '"', '\\ud800', `"${CANARY}"`],
]
const EVENTS = ['pull_request_target', 'workflow_run', 'issue_comment', 'push', '__proto__', '']

interface Input {
  readonly text: string
  readonly event: string
  readonly commit: string | undefined
  readonly path: string
  readonly blobs: readonly (string | undefined)[]
  /** Whether Git itself is asked, which takes a process. */
  readonly git: boolean
}

/** The event of the run, what its payload says, and the files that are compared with its base commit. */
export const eventPayloads: Target<Input> = {
  name: 'event-payloads',
  inputs: fc.record({
    text: hostileText(CORPUS, SIGNS),
    event: fc.constantFrom(...EVENTS, 'pull_request_target', 'workflow_run'),
    commit: fc.oneof(
      { weight: 8, arbitrary: fc.constant(SHA) },
      fc.constantFrom(undefined, '', `${SHA}\n`, '--help'),
    ),
    path: hostileText(
      ['a/b.yml', '.github/secretferry.yml'],
      ['/', '..', ':', '\0', '-', '\\', '~', '@{', '*'],
    ),
    blobs: fc.array(
      fc.option(hostileText(['a\nb\n', 'a\r\nb\r\n'], ['\r', '\n', '\r\n', CANARY]), { nil: undefined }),
      {
        minLength: 2,
        maxLength: 2,
      },
    ),
    git: fc.nat(999).map((n) => n === 0),
  }),
  async run({ text, event, commit, path, blobs: [committed, found], git }) {
    const env = { GITHUB_EVENT_NAME: event, GITHUB_SHA: commit }
    const trust = await judgeTrust(env, async () => JSON.parse(await Promise.resolve(text)) as unknown)
    checkBase(trust, text)
    const read = git ? blobReader('.', process.env) : () => Promise.resolve(bytes(committed))
    if (trust.kind === 'foreign') await demandBase(trust, read)(git ? path : 'a/b.yml', bytes(found))
    return []
  },
  // As a name it is printed in JSON, where the end of an escape may complete a piece: `\\u000b` before `e10c7f9`.
  isNamed: ({ path, git }) => git && [path, JSON.stringify(path)].some((name) => leakIn(name) !== undefined),
}

/** A change is never taken for the repository's own that does not say so. */
function checkBase(trust: Awaited<ReturnType<typeof judgeTrust>>, text: string): void {
  if (trust.kind === 'own' || trust.fork) return
  const ids = text.match(/"id"/g) ?? []
  if (trust.base !== SHA || ids.length < 2) throw new Error('a fork that is not told')
}

function bytes(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : Buffer.from(text)
}
