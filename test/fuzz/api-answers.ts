import { Duplex } from 'node:stream'
import http from 'node:http'
import fc from 'fast-check'
import { createCluster } from '../../src/kubernetes/api.ts'
import { createExchange, parseBody } from '../../src/kubernetes/exchange.ts'
import type { Http, HttpResponse } from '../../src/kubernetes/http.ts'
import { encodeFormer } from '../../src/kubernetes/objects.ts'
import { TOOL_WORDS } from '../../src/kubernetes/tools.ts'
import { ownFields, withOneOwnEntry } from '../../src/kubernetes/own-fields.ts'
import { judgeOwnership } from '../../src/kubernetes/ownership.ts'
import { describeDenied } from '../../src/kubernetes/permissions.ts'
import { refusalError } from '../../src/kubernetes/refusal.ts'
import { identifySet } from '../../src/kubernetes/set.ts'
import { classify, type HttpAnswer } from '../../src/kubernetes/status.ts'
import { createMasks } from '../../src/masking.ts'
import { Secret } from '../../src/secret.ts'
import { hostileJson, hostileText, JSON_SIGNS } from './hostile.ts'
import { CANARY, type Target } from './target.ts'

const SET = identifySet('aura/dev')
const CODED = Buffer.from(CANARY).toString('base64')
const METADATA = {
  name: 'b',
  namespace: 'a',
  uid: 'u',
  resourceVersion: '7',
  labels: { 'app.kubernetes.io/managed-by': 'Helm' },
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': CODED },
  ownerReferences: [{ kind: 'A', name: 'x' }],
  managedFields: [
    {
      ...{ manager: SET.manager, operation: 'Apply', fieldsType: 'FieldsV1' },
      fieldsV1: {
        'f:data': { '.': {}, 'f:A': {} },
        'f:metadata': { 'f:labels': { 'f:x': {} } },
        'f:type': {},
      },
    },
  ],
}
const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: METADATA, data: { A: CODED }, type: 'Opaque' }
const CAUSE = {
  reason: 'FieldManagerConflict',
  message: 'conflict with "kubectl" using v1',
  field: '.data.A',
}
const CORPUS = [
  SECRET,
  { kind: 'SecretList', metadata: { continue: 'x' }, items: [SECRET, SECRET] },
  {
    kind: 'Status',
    reason: 'Conflict',
    message: `x "${CANARY}"`,
    details: { causes: [CAUSE], retryAfterSeconds: 1 },
  },
  {
    kind: 'Status',
    reason: 'Forbidden',
    message: `exceeded quota: q, ${CANARY}`,
    details: { kind: 'secrets' },
  },
  { kind: 'Status', reason: 'Invalid', message: `admission webhook "w.x" denied: ${CANARY}` },
  {
    status: { incomplete: false, resourceRules: [{ verbs: ['*'], apiGroups: [''], resources: ['secrets'] }] },
  },
  { status: { allowed: true } },
  {
    metadata: { uid: 'u' },
    status: { phase: 'Terminating' },
    items: [{ status: { hard: { secrets: '1' } } }],
  },
].map((body) => JSON.stringify(body))
const SIGNS = [
  ...[
    '"kind":"Status"',
    '"reason":',
    '"message":',
    '"details":',
    '"causes":[',
    '"retryAfterSeconds":',
    '"items":',
    '"data":',
  ],
  ...['"metadata":', '"managedFields":', '"fieldsV1":', '"f:data":', '"f:', '"manager":', ...JSON_SIGNS, '"'],
  ...[
    '1e999',
    '-1',
    'null',
    `"${CANARY}"`,
    `"${CODED}"`,
    '{"a":',
    '\\ud800',
    'admission webhook "',
    'exceeded quota: ',
  ],
]
const KEYS = [
  ...[
    'kind',
    'reason',
    'message',
    'details',
    'causes',
    'field',
    'metadata',
    'name',
    'namespace',
    'uid',
    'labels',
    'data',
  ],
  ...[
    'managedFields',
    'fieldsV1',
    'f:data',
    'f:metadata',
    'manager',
    'operation',
    'ownerReferences',
    'items',
    'status',
    'A',
  ],
  ...[
    'annotations',
    'resourceRules',
    'verbs',
    'retryAfterSeconds',
    'incomplete',
    'continue',
    'hard',
    'used',
    'phase',
    'type',
  ],
]
const HEADER_SIGNS = [
  '299 - "',
  '"',
  '\\',
  '-',
  '1',
  '120',
  'Wed, 21 Oct 2026 07:28:00 GMT',
  '1e9',
  '0x',
  ',',
  CANARY,
  '299 ',
]

const RAW = [
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
  `HTTP/1.1 503 x\r\nRetry-After: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
]

type Headers = HttpAnswer['headers']

interface Input {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The bytes of an answer as a socket brings them; undefined for most, being slow. */
  readonly raw: string | undefined
}

const header = hostileText(
  ['299 - "use v2"', '1', 'b1a9c5de-0000-4000-8000-000000000000', 'text/html'],
  HEADER_SIGNS,
)
const statuses = [200, 201, 204, 301, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504]

/** What comes back from whatever answers under the address of an API server. */
export const apiAnswers: Target<Input> = {
  name: 'api-answers',
  inputs: fc.record({
    status: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...statuses) },
      fc.integer({ min: -1, max: 9999 }),
    ),
    headers: fc
      .dictionary(
        fc.constantFrom('retry-after', 'warning', 'audit-id', '__proto__'),
        fc.oneof(header, fc.array(header, { maxLength: 2 })),
        {
          maxKeys: 3,
        },
      )
      .map((given): Headers => ({ ...given })),
    text: fc.oneof(
      { weight: 3, arbitrary: hostileText(CORPUS, SIGNS) },
      { weight: 2, arbitrary: hostileJson(KEYS).map((body) => JSON.stringify(body)) },
    ),
    raw: fc.oneof(
      { weight: 99, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: hostileText(RAW, [
          '\r\n',
          'HTTP/1.1 ',
          'Content-Length: ',
          'Transfer-Encoding: chunked\r\n',
          '0\r\n\r\n',
        ]),
      },
    ),
  }),
  async run({ status, headers, text, raw }) {
    const masks = createMasks({ emit: () => undefined, warn: () => undefined })
    masks.register(Buffer.from(CANARY), 'the canary')
    const scrub = (foreign: string): string => masks.scrub(foreign)
    const body = parseBody(text)
    const printed = [describeRefusal({ status, headers, body }, scrub)]
    const answer = { status, body, warnings: [], auditId: undefined, answeredAt: undefined }
    printed.push(...(await useCluster(answer, scrub)))
    if (raw !== undefined) printed.push(await exchangeWith(raw))
    return printed
  },
}

function describeRefusal(answer: HttpAnswer, scrub: (text: string) => string): string {
  const refusal = classify(answer, scrub)
  const { retryAfterMs = 0 } = refusal
  if (!(retryAfterMs >= 0)) throw new Error('a time to wait that is none')
  return JSON.stringify([refusalError('apply of a/b', refusal).problems, refusal])
}

/** Every question to a cluster, each answered in the same way. */
async function useCluster(answer: HttpResponse, scrub: (text: string) => string): Promise<readonly string[]> {
  const live = (value: Uint8Array): Secret => Secret.of(value, () => undefined)
  const login = { server: new URL('https://127.0.0.1'), context: 'a', namespace: 'a' }
  const cluster = createCluster(login, {
    http: answering(answer),
    upgrade: () => Promise.reject(new Error('nothing is upgraded')),
    live,
    scrub,
  })
  const errors: string[] = []
  const settle = async <T>(asked: Promise<T>): Promise<T | undefined> => {
    try {
      return await asked
    } catch (error) {
      if ((error as Error).name !== 'ActionError') throw error
      errors.push((error as Error).message)
      return undefined
    }
  }
  const ref = { namespace: 'a', name: 'b' }
  const [read, listed, denied] = await Promise.all([
    settle(cluster.read(ref)),
    settle(cluster.list('a', 'x')),
    settle(cluster.denied([{ ...ref, verb: 'get', resource: 'secrets' }])),
  ])
  await Promise.all([
    settle(cluster.phase('a')),
    settle(cluster.quotas('a')),
    settle(cluster.uid()),
    settle(cluster.readRecord(ref)),
  ])
  for (const object of [read, ...(listed ?? [])].filter((each) => each !== undefined)) {
    for (const adopt of [true, false]) {
      const takeOver = { adopt, adoptFrom: adopt ? [...TOOL_WORDS] : [], forceConflicts: adopt }
      const owned = judgeOwnership(object, { set: SET, scrub, takeOver })
      if ('problem' in owned) errors.push(owned.problem.message, owned.problem.hint)
      else errors.push(...(owned.taking?.from ?? []))
      const taking = 'taking' in owned ? owned.taking : undefined
      encodeFormer(withOneOwnEntry(object, SET, taking), { uid: 'u', resourceVersion: '1' })
    }
    ownFields(object, SET)
  }
  return [...errors, JSON.stringify(describeDenied(denied ?? []))]
}

/** A second page is the last: a list has an end where the time of the run has. */
function answering(answer: HttpResponse): Http {
  let asked = 0
  const last = { ...answer, body: {} }
  return {
    send: () => Promise.resolve(asked++ < 12 ? answer : last),
    lines: () => noLines(),
    close: () => undefined,
  }
}

async function* noLines(): AsyncGenerator<string, void> {
  await Promise.resolve()
  yield* []
}

/** An agent whose every connection brings these bytes as soon as it is written to, and ends. */
class OneAnswer extends http.Agent {
  readonly #raw: Buffer

  constructor(raw: string) {
    super()
    this.#raw = Buffer.from(raw)
  }

  override createConnection(): Duplex {
    const raw = this.#raw
    return new Duplex({
      read: () => undefined,
      write(_chunk, _encoding, done) {
        done()
        this.push(raw)
        this.push(null)
      },
    })
  }
}

/** One exchange over a connection that brings these bytes and ends. */
async function exchangeWith(raw: string): Promise<string> {
  const agent = new OneAnswer(raw)
  const session = {
    server: new URL('http://127.0.0.1:1'),
    credentials: () => Promise.resolve({ headers: {}, agent }),
    renew: () => Promise.resolve(false),
    close: () => undefined,
  }
  const deadline = { signal: new AbortController().signal }
  const exchange = createExchange(session, deadline)
  const answer = await exchange({ doing: 'read', method: 'GET', path: '/', repeatable: true })
  agent.destroy()
  return 'kind' in answer ? JSON.stringify(answer) : ''
}
