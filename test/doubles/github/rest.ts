import { ancestry, closeEmptyPulls, type State, type StoredPull } from './state.ts'

export interface RestRequest {
  readonly method: string
  /** Below `/repos/OWNER/NAME`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
}

export interface RestAnswer {
  readonly status: number
  readonly body?: unknown
}

/** What GitHub's REST API answers to the requests that the action sends, with the permissions of its token given. */
export function answerRest(state: State, fullName: string, request: RestRequest): RestAnswer {
  const { method, path } = request
  if (path === '/git/refs' && method === 'POST') return createRef(state, request.body)
  if (path.startsWith('/git/refs/heads/')) return changeRef(state, request)
  if (path.startsWith('/compare/')) return compare(state, path.slice('/compare/'.length))
  if (path === '/pulls')
    return method === 'POST'
      ? createPull(state, fullName, request.body)
      : listPulls(state, fullName, request.query)
  if (path.startsWith('/pulls/')) return onePull(state, request)
  return { status: 404, body: { message: 'Not Found' } }
}

function createRef(state: State, { ref, sha }: RestRequest['body']): RestAnswer {
  const branch = String(ref).replace('refs/heads/', '')
  if (!state.commits.has(String(sha))) return { status: 422, body: { message: 'Object does not exist' } }
  if (state.branches.has(branch)) return { status: 422, body: { message: 'Reference already exists' } }
  state.branches.set(branch, String(sha))
  return { status: 201, body: { ref, object: { sha } } }
}

function changeRef(state: State, { method, path, body }: RestRequest): RestAnswer {
  const branch = decodeURIComponent(path.slice('/git/refs/heads/'.length))
  if (!state.branches.has(branch)) return { status: 422, body: { message: 'Reference does not exist' } }
  if (method === 'DELETE') state.branches.delete(branch)
  else state.branches.set(branch, String(body['sha']))
  closeEmptyPulls(state)
  return method === 'DELETE' ? { status: 204 } : { status: 200, body: { object: { sha: body['sha'] } } }
}

function compare(state: State, range: string): RestAnswer {
  const [base = '', head = ''] = range.split('...')
  const known = new Set(ancestry(state, base).map(({ oid }) => oid))
  const line = ancestry(state, head)
  const own = line.filter(({ oid }) => !known.has(oid))
  const shared = line.find(({ oid }) => known.has(oid))
  if (shared === undefined) return { status: 404, body: { message: 'Not Found' } }
  const commits = own.toReversed().map(({ oid, message }) => ({ sha: oid, commit: { message } }))
  return { status: 200, body: { merge_base_commit: { sha: shared.oid }, commits } }
}

function shown(fullName: string, pull: StoredPull): object {
  const { number, title, body, head, base, state, from } = pull
  const html_url = `https://github.example/${fullName}/pull/${number}`
  return {
    number,
    title,
    body,
    state,
    html_url,
    base: { ref: base },
    head: { ref: head, repo: { full_name: from } },
  }
}

function createPull(
  state: State,
  fullName: string,
  { title, body, head, base }: RestRequest['body'],
): RestAnswer {
  const exists = state.pulls.some((pull) => pull.state === 'open' && pull.head === head && pull.base === base)
  if (exists) return { status: 422, body: { message: 'Validation Failed' } }
  if (state.branches.get(String(head)) === state.branches.get(String(base)))
    return { status: 422, body: { message: 'Validation Failed: No commits between them' } }
  const pull: StoredPull = {
    number: state.pulls.length + 1,
    title: String(title),
    body: String(body),
    head: String(head),
    base: String(base),
    state: 'open',
    from: fullName,
  }
  state.pulls.push(pull)
  return { status: 201, body: shown(fullName, pull) }
}

function listPulls(state: State, fullName: string, query: URLSearchParams): RestAnswer {
  const [, head] = (query.get('head') ?? '').split(':')
  const found = state.pulls.filter(
    (pull) => pull.state === query.get('state') && pull.head === head && pull.base === query.get('base'),
  )
  return { status: 200, body: found.map((pull) => shown(fullName, pull)) }
}

function onePull(state: State, { method, path, body }: RestRequest): RestAnswer {
  const pull = state.pulls.find(({ number }) => number === Number(path.slice('/pulls/'.length)))
  if (pull === undefined) return { status: 404, body: { message: 'Not Found' } }
  if (method === 'PATCH') pull.body = String(body['body'])
  return { status: 200, body: shown(pull.from, pull) }
}
