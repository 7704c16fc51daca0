import type { ActionError } from '../error.ts'
import { deniedError, invalidError } from './api-error.ts'
import type { GraphqlAnswer, GraphqlRequest } from './api.ts'
import { child, text } from './answer.ts'
import type { Branches, Commit, Comparison, FileChange, Place } from './repository.ts'

const HEAD = `query($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) { ref(qualifiedName: $ref) { target { oid } } }
}`

const COMMIT = `mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`

export function openBranches(place: Place): Branches {
  const { scrub } = place
  return {
    head: (branch) => readHead(place, branch),
    blobs: (commit, paths) => readBlobs(place, commit, paths),
    commit: (branch, head, change) => commit(place, { branch, head, change }),
    async createBranch(branch, oid) {
      const doing = `create the branch ${scrub(branch)}`
      const body = { ref: `refs/heads/${branch}`, sha: oid }
      const request = { method: 'POST', path: `${place.path}/git/refs`, body, doing, accept: [422] } as const
      const answer = await place.api.rest(request)
      // It is there: by an earlier try whose answer was lost, where it is what was to be made.
      if (answer.status === 422 && (await readHead(place, branch))?.oid !== oid)
        throw invalidError(answer.body, { doing, scrub })
    },
    async resetBranch(branch, oid) {
      const doing = `move the branch ${scrub(branch)}`
      const body = { sha: oid, force: true }
      await place.api.rest({ method: 'PATCH', path: refPath(place, branch), body, doing })
    },
    async deleteBranch(branch) {
      const doing = `delete the branch ${scrub(branch)}`
      await place.api.rest({ method: 'DELETE', path: refPath(place, branch), doing, accept: [404, 422] })
    },
    compare: (base, head) => compare(place, base, head),
  }
}

async function readHead(place: Place, branch: string): Promise<{ readonly oid: string } | undefined> {
  const doing = `read the branch ${place.scrub(branch)}`
  const repository = await ask(place, { query: HEAD, variables: { ref: `refs/heads/${branch}` }, doing })
  const oid = child(child(child(repository, 'ref'), 'target'), 'oid')
  return typeof oid === 'string' ? { oid } : undefined
}

async function readBlobs(
  place: Place,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const folders = [...new Set(paths.map(folderOf))]
  const variables = Object.fromEntries(folders.map((folder, index) => [`e${index}`, `${commit}:${folder}`]))
  const query = treesQuery(folders.length)
  const repository = await ask(place, { query, variables, doing: 'read the files of the branch' })
  const found = folders.flatMap((folder, index) => entriesOf(child(repository, `t${index}`), folder))
  const wanted = new Set(paths)
  return new Map(found.filter(([path]) => wanted.has(path)))
}

/** What a query answers of the repository. */
async function ask(place: Place, request: GraphqlRequest): Promise<unknown> {
  const { owner, name, api } = place
  const answer = await api.graphql({ ...request, variables: { owner, name, ...request.variables } })
  const repository = child(answer.data, 'repository')
  if (repository === undefined) throw failure(place, request.doing, answer)
  return repository
}

async function commit(
  place: Place,
  { branch, head, change }: { branch: string; head: string; change: Commit },
): Promise<{ readonly oid: string } | 'moved'> {
  const doing = `commit to the branch ${place.scrub(branch)}`
  const { headline, body, files } = change
  const input = {
    branch: { repositoryNameWithOwner: `${place.owner}/${place.name}`, branchName: branch },
    expectedHeadOid: head,
    message: { headline, body },
    fileChanges: fileChanges(files),
  }
  const answer = await place.api.graphql({ query: COMMIT, variables: { input }, doing })
  const oid = child(child(child(answer.data, 'createCommitOnBranch'), 'commit'), 'oid')
  if (typeof oid === 'string') return { oid }
  if (answer.errors.some(isMoved)) return 'moved'
  throw failure(place, doing, answer)
}

async function compare({ api, path }: Place, base: string, head: string): Promise<Comparison> {
  const doing = 'compare the branches'
  const { body } = await api.rest({ method: 'GET', path: `${path}/compare/${base}...${head}`, doing })
  const commits = child(body, 'commits')
  const messages = (Array.isArray(commits) ? commits : []).map((each) =>
    text(child(child(each, 'commit'), 'message')),
  )
  return { mergeBase: text(child(child(body, 'merge_base_commit'), 'sha')), messages }
}

function failure({ scrub }: Place, doing: string, { errors }: GraphqlAnswer): ActionError {
  const words = errors[0]?.message ?? ''
  return deniedError({ doing, status: statusOf(errors), words, needed: undefined, scrub })
}

function refPath({ path }: Place, branch: string): string {
  return `${path}/git/refs/heads/${branch.split('/').map(encodeURIComponent).join('/')}`
}

function treesQuery(count: number): string {
  const indexes = Array.from({ length: count }, (_, index) => index)
  const variables = indexes.map((index) => `, $e${index}: String!`).join('')
  const trees = indexes.map(
    (index) => `t${index}: object(expression: $e${index}) { ... on Tree { entries { name oid type } } }`,
  )
  return `query($owner: String!, $name: String!${variables}) { repository(owner: $owner, name: $name) { ${trees.join(' ')} } }`
}

function entriesOf(tree: unknown, folder: string): readonly (readonly [string, string])[] {
  const entries = child(tree, 'entries')
  return (Array.isArray(entries) ? entries : [])
    .filter((entry) => child(entry, 'type') === 'blob')
    .map((entry) => {
      const name = text(child(entry, 'name'))
      return [folder === '' ? name : `${folder}/${name}`, text(child(entry, 'oid'))] as const
    })
}

function fileChanges(files: readonly FileChange[]): object {
  return {
    additions: files.flatMap(({ path, content }) =>
      content === undefined ? [] : [{ path, contents: Buffer.from(content).toString('base64') }],
    ),
    deletions: files.flatMap(({ path, content }) => (content === undefined ? [{ path }] : [])),
  }
}

function isMoved({ type, message }: { type: string; message: string }): boolean {
  return type === 'STALE_DATA' || /expected branch to point to/i.test(message)
}

/** GraphQL answers 200 whatever it thinks of a request. */
function statusOf(errors: GraphqlAnswer['errors']): number {
  const [type] = errors.map((error) => error.type)
  if (type === 'NOT_FOUND') return 404
  return type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES' ? 403 : 422
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}
