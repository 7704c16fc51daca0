import { addCommit, gitBlobId, type State, type StoredCommit } from './state.ts'

export interface GraphqlBody {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

interface CommitInput {
  readonly branch: { readonly repositoryNameWithOwner: string; readonly branchName: string }
  readonly expectedHeadOid: string
  readonly message: { readonly headline: string; readonly body: string }
  readonly fileChanges: {
    readonly additions: readonly { readonly path: string; readonly contents: string }[]
    readonly deletions: readonly { readonly path: string }[]
  }
}

/** What GitHub's GraphQL answers to the queries that the action sends; 200 always, also where it refuses. */
export function answerGraphql(state: State, fullName: string, { query, variables }: GraphqlBody): object {
  if (query.includes('createCommitOnBranch'))
    return createCommit(state, fullName, variables['input'] as CommitInput)
  const named = `${String(variables['owner'])}/${String(variables['name'])}`
  if (named !== fullName)
    return {
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND', message: `Could not resolve to a Repository` }],
    }
  if (query.includes('ref(qualifiedName'))
    return { data: { repository: { ref: refOf(state, String(variables['ref'])) } } }
  const trees = [...query.matchAll(/(t\d+): object\(expression: \$(e\d+)\)/g)].map(
    ([, alias = '', variable = '']) => [alias, treeOf(state, String(variables[variable]))],
  )
  return { data: { repository: Object.fromEntries(trees) as object } }
}

function refOf(state: State, ref: string): object | null {
  const oid = state.branches.get(ref.replace('refs/heads/', ''))
  return oid === undefined ? null : { target: { oid } }
}

function treeOf(state: State, expression: string): object | null {
  const [commit = '', folder = ''] = expression.split(':')
  const files = state.commits.get(commit)?.files ?? new Map<string, Uint8Array>()
  const prefix = folder === '' ? '' : `${folder}/`
  const below = [...files].filter(([path]) => path.startsWith(prefix))
  if (below.length === 0) return null
  const entries = below.map(([path, content]) => {
    const [name = '', ...rest] = path.slice(prefix.length).split('/')
    return rest.length === 0
      ? { name, oid: gitBlobId(content), type: 'blob' }
      : { name, oid: '0'.repeat(40), type: 'tree' }
  })
  return { entries: [...new Map(entries.map((entry) => [entry.name, entry])).values()] }
}

function createCommit(state: State, fullName: string, input: CommitInput): object {
  const { branch, expectedHeadOid, message, fileChanges } = input
  const refuse = (type: string, words: string): object => ({
    data: { createCommitOnBranch: null },
    errors: [{ type, path: ['createCommitOnBranch'], message: words }],
  })
  const head = state.branches.get(branch.branchName)
  if (branch.repositoryNameWithOwner !== fullName || head === undefined)
    return refuse('NOT_FOUND', `No ref named ${branch.branchName}`)
  if (state.protectedBranches.has(branch.branchName))
    return refuse(
      'UNPROCESSABLE',
      'Repository rule violations found: Changes must be made through a pull request.',
    )
  if (head !== expectedHeadOid)
    return refuse(
      'STALE_DATA',
      `Expected branch to point to "${expectedHeadOid}" but it is at "${head}". Pull and try again.`,
    )
  const gone = fileChanges.deletions.find(
    ({ path }) => !(state.commits.get(head) as StoredCommit).files.has(path),
  )
  if (gone !== undefined)
    return refuse('UNPROCESSABLE', `A path was requested for deletion which does not exist`)
  const files = {
    ...Object.fromEntries(
      fileChanges.additions.map(({ path, contents }) => [path, Buffer.from(contents, 'base64')]),
    ),
    ...Object.fromEntries(fileChanges.deletions.map(({ path }) => [path, undefined])),
  }
  const text = message.body === '' ? message.headline : `${message.headline}\n\n${message.body}`
  const commit = addCommit(state, head, { message: text, files, verified: true })
  state.branches.set(branch.branchName, commit.oid)
  return { data: { createCommitOnBranch: { commit: { oid: commit.oid } } } }
}
