import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { answerGraphql, type GraphqlBody } from './graphql.ts'
import { answerRest, type RestAnswer } from './rest.ts'
import { addCommit, emptyState, type State } from './state.ts'

/** A request that arrived, with everything that a leak could be in. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly body: string
  readonly authorization: string
}

/** What a token may do. */
export interface Permissions {
  readonly contents: 'read' | 'write'
  readonly pulls: 'read' | 'write'
  /** Whether the settings of the repository let it open pull requests. */
  readonly mayOpenPulls?: boolean
}

/** An answer in place of GitHub's own, to one request. */
export interface Instead {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface GitHubDouble {
  readonly url: string
  readonly state: State
  readonly requests: readonly SeenRequest[]
  /** What the token may do; one that nobody named is not valid. */
  allow(token: string, permissions: Permissions): void
  /** Called before each request is answered: to move a branch, or to answer something else. */
  before(hook: (request: SeenRequest) => Instead | undefined): void
  stop(): Promise<void>
}

export interface Seed {
  readonly fullName: string
  readonly branch: string
  readonly files: Readonly<Record<string, string>>
}

/** One repository on loopback, as GitHub's REST and GraphQL APIs show it; `/api/graphql` is GraphQL. */
export async function startGitHub({ fullName, branch, files }: Seed): Promise<GitHubDouble> {
  const state = emptyState()
  const content = Object.fromEntries(Object.entries(files).map(([path, file]) => [path, Buffer.from(file)]))
  state.branches.set(branch, addCommit(state, undefined, { message: 'first', files: content }).oid)
  const tokens = new Map<string, Permissions>()
  const requests: SeenRequest[] = []
  let hook: (request: SeenRequest) => Instead | undefined = () => undefined
  const server = createServer((incoming, outgoing) => {
    void respond(incoming, outgoing)
  })
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const seen = await readRequest(incoming)
    requests.push(seen)
    const answer: Instead = hook(seen) ?? answerTo(seen, { state, fullName, tokens })
    const headers = { 'content-type': 'application/json', ...answer.headers }
    outgoing.writeHead(answer.status, headers)
    outgoing.end(answer.body === undefined ? '' : JSON.stringify(answer.body))
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    requests,
    allow: (token, permissions) => tokens.set(token, permissions),
    before: (next) => {
      hook = next
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const { method = '', url = '', headers } = incoming
  return { method, url, body: await text(incoming), authorization: headers.authorization ?? '' }
}

interface Held {
  readonly state: State
  readonly fullName: string
  readonly tokens: ReadonlyMap<string, Permissions>
}

function answerTo(seen: SeenRequest, { state, fullName, tokens }: Held): Instead | RestAnswer {
  const permissions = tokens.get(seen.authorization.replace('Bearer ', ''))
  if (permissions === undefined) return { status: 401, body: { message: 'Bad credentials' } }
  const { pathname, searchParams } = new URL(seen.url, 'http://x')
  const body = (seen.body === '' ? {} : JSON.parse(seen.body)) as Readonly<Record<string, unknown>>
  if (pathname === '/api/graphql') {
    const query = body as unknown as GraphqlBody
    if (query.query.startsWith('mutation') && permissions.contents === 'read') return FORBIDDEN_MUTATION
    return { status: 200, body: answerGraphql(state, fullName, query) }
  }
  const prefix = `/repos/${fullName}`
  if (!pathname.startsWith(prefix)) return { status: 404, body: { message: 'Not Found' } }
  const path = pathname.slice(prefix.length)
  const refused = refusalOf(seen.method, path, permissions)
  return refused ?? answerRest(state, fullName, { method: seen.method, path, query: searchParams, body })
}

const WORDS = 'Resource not accessible by integration'
const FORBIDDEN_MUTATION: RestAnswer = {
  status: 200,
  body: { data: { createCommitOnBranch: null }, errors: [{ type: 'FORBIDDEN', message: WORDS }] },
}

function refusalOf(method: string, path: string, permissions: Permissions): Instead | undefined {
  if (method === 'GET') return undefined
  const isPull = path.startsWith('/pulls')
  const allowed = isPull ? permissions.pulls : permissions.contents
  const needed = isPull ? 'pull_requests=write' : 'contents=write'
  if (allowed === 'read')
    return { status: 403, body: { message: WORDS }, headers: { 'x-accepted-github-permissions': needed } }
  if (method === 'POST' && path === '/pulls' && permissions.mayOpenPulls === false)
    return {
      status: 403,
      body: { message: 'GitHub Actions is not permitted to create or approve pull requests.' },
    }
  return undefined
}
