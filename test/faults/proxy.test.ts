import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openApiClient, type ApiClient } from '../support/api-request.ts'
import {
  makeAuthority,
  makeClientCertificate,
  makeServerCertificate,
  type Certificate,
} from '../support/certificates.ts'
import { writeKubeconfig } from '../support/kubeconfig.ts'
import {
  anotherObject,
  badGateway,
  halved,
  isDryRun,
  isWrite,
  notJson,
  nth,
  redirect,
  status,
  throttled,
  tooManyRequests,
  type Fault,
} from './fault.ts'
import { startFaultProxy, type FaultProxy } from './proxy.ts'

/** Writes that the server saw whole. */
let effects: string[] = []
let authority: Certificate
let server: Server
let proxy: FaultProxy
let client: ApiClient
let ada: Certificate

beforeAll(async () => {
  authority = await makeAuthority()
  ada = await makeClientCertificate(authority, 'ada', ['engineers', 'poets'])
  const certificate = await makeServerCertificate(authority)
  server = createServer({ ...certificate, ca: authority.cert, requestCert: true, rejectUnauthorized: false })
  server.on('request', (request, response) => {
    void text(request).then(
      (body) => {
        const peer = request.socket
        const subject =
          peer instanceof TLSSocket && peer.authorized ? peer.getPeerCertificate().subject : undefined
        if (request.method !== 'GET') effects.push(body)
        const answer = {
          url: request.url,
          body,
          subject,
          token: request.headers.authorization,
          padding: 'x'.repeat(9999),
        }
        response
          .writeHead(200, { 'content-type': 'application/json', 'audit-id': 'abc' })
          .end(JSON.stringify(answer))
      },
      () => undefined,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

beforeEach(async () => {
  effects = []
  proxy = await startFaultProxy(upstream())
  client = openApiClient({ url: proxy.url, ca: authority.cert }, ada)
})

afterEach(async () => {
  client.close()
  await proxy.stop()
})

function upstream() {
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, ca: authority.cert, caKey: authority.key }
}

function write(n = 1) {
  return client.request('POST', `/api/v1/things?fieldManager=x&n=${n}`, { n })
}

function strikeWrites(fault: Fault, window: { from?: number; times?: number } = {}): void {
  proxy.set([{ when: isWrite, fault, ...window }])
}

test('without a rule everything passes, and is recorded', async () => {
  const answer = await write()
  expect(answer.status).toBe(200)
  expect(answer.headers['audit-id']).toBe('abc')
  expect(answer.body).toMatchObject({ url: '/api/v1/things?fieldManager=x&n=1', body: '{"n":1}' })
  expect(proxy.requests).toMatchObject([
    { number: 1, method: 'POST', path: '/api/v1/things', status: 200, upstreamStatus: 200, fault: undefined },
  ])
  expect(proxy.requests[0]?.query.get('n')).toBe('1')
  expect(proxy.requests[0]?.body()).toBe('{"n":1}')
})

describe('the server sees', () => {
  test('who the client is by its certificate', async () => {
    const answer = await client.request('GET', '/')
    expect(answer.body).toMatchObject({ subject: { CN: 'ada', O: ['engineers', 'poets'] } })
  })

  test('the client’s token, and no certificate', async () => {
    const other = openApiClient({ url: proxy.url, ca: authority.cert }, { token: 'abc' })
    const answer = await other.request('GET', '/')
    other.close()
    expect(answer.body).toMatchObject({ token: 'Bearer abc' })
    expect(answer.body).not.toHaveProperty('subject')
  })

  test('nobody where another authority signed', async () => {
    const stranger = await makeClientCertificate(await makeAuthority(), 'admin', ['system:masters'])
    const other = openApiClient({ url: proxy.url, ca: authority.cert }, stranger)
    const answer = await other.request('GET', '/')
    other.close()
    expect(answer.body).not.toHaveProperty('subject')
  })
})

test('a kubeconfig is pointed to the proxy and otherwise left alone', () => {
  const original = writeKubeconfig(upstreamEndpoint(), 'ada', ada, 'spaces')
  expect(proxy.kubeconfig(original)).toBe(
    writeKubeconfig({ url: proxy.url, ca: authority.cert }, 'ada', ada, 'spaces'),
  )
})

function upstreamEndpoint() {
  return { url: upstream().url, ca: authority.cert }
}

describe('a connection that ends', () => {
  test.each([
    ['refuse', []],
    ['swallow', []],
    ['cut-after', ['{"n":1}']],
    ['cut-answer', ['{"n":1}']],
  ] as const)('%s', async (kind, seen) => {
    strikeWrites({ kind })
    await expect(write()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(effects).toEqual(seen)
    expect(proxy.requests).toMatchObject([{ fault: kind, status: kind === 'cut-answer' ? 200 : undefined }])
    expect(await client.request('GET', '/')).toMatchObject({ status: 200 })
  })
})

describe('an answer instead', () => {
  test.each([
    [tooManyRequests(7), 429, { reason: 'TooManyRequests', details: { retryAfterSeconds: 7 } }],
    [
      status(403, 'Forbidden', { message: 'quota' }),
      403,
      { kind: 'Status', reason: 'Forbidden', message: 'quota', code: 403 },
    ],
    [badGateway(), 503, '<html><h1>Service Unavailable</h1></html>'],
    [throttled(), 429, 'Too many requests, please try again later.'],
    [anotherObject(201), 201, { kind: 'Secret', metadata: { name: 'another' } }],
    [notJson(), 200, '<!doctype html><title>Sign in</title>'],
    [redirect('https://elsewhere.example/'), 307, ''],
  ])('%#', async (answer, code, body) => {
    strikeWrites({ kind: 'answer', answer })
    const got = await write()
    expect(got.status).toBe(code)
    if (typeof body === 'string') expect(got.body).toBe(body)
    else expect(got.body).toMatchObject(body)
    expect(effects).toEqual([])
  })

  test('has its headers', async () => {
    strikeWrites({ kind: 'answer', answer: tooManyRequests(7) })
    expect((await write()).headers['retry-after']).toBe('7')
  })

  test('can hide that the request took effect', async () => {
    strikeWrites({ kind: 'answer', answer: status(500, 'InternalError'), takesEffect: true })
    expect(await write()).toMatchObject({ status: 500 })
    expect(effects).toEqual(['{"n":1}'])
    expect(proxy.requests).toMatchObject([{ status: 500, upstreamStatus: 200 }])
  })
})

test('an answer can be changed on its way', async () => {
  strikeWrites({
    kind: 'alter',
    change: ({ status: code, headers, body }) => ({
      status: code + 1,
      headers: { ...headers, warning: '299 - "x"' },
      body: body?.replace('padding', 'changed') ?? '',
    }),
  })
  const answer = await write()
  expect(answer).toMatchObject({ status: 201, headers: { warning: '299 - "x"', 'audit-id': 'abc' } })
  expect(answer.body).toHaveProperty('changed')
  expect(effects).toEqual(['{"n":1}'])
  expect(proxy.requests).toMatchObject([{ fault: 'alter', status: 201, upstreamStatus: 200 }])
})

test('a rule strikes the requests of its window', async () => {
  strikeWrites({ kind: 'answer', answer: status(500, 'InternalError') }, { from: 2, times: 2 })
  const statuses = []
  for (const n of [1, 2, 3, 4]) statuses.push((await write(n)).status)
  expect(statuses).toEqual([200, 500, 500, 200])
})

test('the first rule that strikes decides', async () => {
  proxy.set([
    {
      when: (request) => request.body().includes('2'),
      fault: { kind: 'answer', answer: status(422, 'Invalid') },
    },
    { when: () => true, fault: { kind: 'answer', answer: status(409, 'Conflict') }, times: 1 },
  ])
  const statuses = []
  for (const n of [1, 2, 3]) statuses.push((await write(n)).status)
  expect(statuses).toEqual([409, 422, 200])
})

test('a request that hangs is never answered', async () => {
  strikeWrites({ kind: 'hang' })
  const answered = write().then(
    () => 'answered',
    () => 'cut',
  )
  await client.request('GET', '/')
  await proxy.stop()
  expect(await answered).toBe('cut')
  expect(effects).toEqual([])
})

test('a request that is delayed passes all the same', async () => {
  strikeWrites({ kind: 'delay', ms: 1 })
  expect(await write()).toMatchObject({ status: 200 })
  expect(proxy.requests).toMatchObject([{ fault: 'delay', upstreamStatus: 200 }])
})

test('somebody else can be faster', async () => {
  const act = (): Promise<unknown> => Promise.resolve(effects.push('somebody else'))
  strikeWrites({ kind: 'meanwhile', act })
  expect(await write()).toMatchObject({ status: 200 })
  expect(effects).toEqual(['somebody else', '{"n":1}'])
})

test('a client can die before its request goes on', async () => {
  const act = (): Promise<unknown> => Promise.resolve(effects.push('died'))
  strikeWrites({ kind: 'meanwhile', act, lost: true })
  await expect(write()).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(effects).toEqual(['died'])
})

test('something can happen between the effect and the answer', async () => {
  const act = (): Promise<unknown> => Promise.resolve(effects.push('died'))
  strikeWrites({ kind: 'afterwards', act })
  expect(await write()).toMatchObject({ status: 200 })
  expect(effects).toEqual(['{"n":1}', 'died'])
})

test('half an answer has the length of a half', async () => {
  strikeWrites({ kind: 'alter', change: halved })
  const answer = await write()
  expect(answer.status).toBe(200)
  expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.body as string)))
  expect(answer.body).toMatch(/^\{"url":.*x$/)
  expect(effects).toEqual(['{"n":1}'])
})

test('the k-th request is struck, whatever it asks for, counted from when the rules were set', async () => {
  await write(1)
  proxy.set([nth(2, { kind: 'answer', answer: status(500, 'InternalError') })])
  const statuses = []
  for (const n of [2, 3, 4]) statuses.push((await write(n)).status)
  expect(statuses).toEqual([200, 500, 200])
})

test('a request without its last byte takes effect when that is released', async () => {
  strikeWrites({ kind: 'withhold' }, { times: 1 })
  await expect(write(1)).rejects.toMatchObject({ code: 'ECONNRESET' })
  await write(2)
  expect(effects).toEqual(['{"n":2}'])
  expect(await proxy.release()).toEqual([200])
  expect(effects).toEqual(['{"n":2}', '{"n":1}'])
})

describe('a server that dies', () => {
  test('takes no connection until it is revived, at the same address', async () => {
    strikeWrites({ kind: 'die' }, { from: 2 })
    await write(1)
    await expect(write(2)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(client.request('GET', '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.revive()
    expect(await client.request('GET', '/')).toMatchObject({ status: 200 })
    expect(effects).toEqual(['{"n":1}'])
  })

  test('comes back by itself', async () => {
    strikeWrites({ kind: 'die', forMs: 20, takesEffect: true })
    await expect(write()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(effects).toEqual(['{"n":1}'])
    await expect.poll(() => client.request('GET', '/').catch(() => undefined)).toMatchObject({ status: 200 })
  })
})

test('a dead server behind cuts the connection', async () => {
  const lost = await startFaultProxy({ ...upstream(), url: 'https://127.0.0.1:1' })
  const other = openApiClient({ url: lost.url, ca: authority.cert })
  await expect(other.request('GET', '/')).rejects.toMatchObject({ code: 'ECONNRESET' })
  other.close()
  await lost.stop()
})

test.each([
  ['GET', '/api/v1/secrets', false, false],
  ['PATCH', '/api/v1/secrets?dryRun=All', false, true],
  ['PATCH', '/api/v1/secrets', true, false],
  ['POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', false, false],
])('%s %s: a write %s, a dry run %s', async (method, path, writes, dryRuns) => {
  await client.request(method, path, method === 'GET' ? undefined : {})
  const [request] = proxy.requests
  if (request === undefined) throw new Error('not recorded')
  expect([isWrite(request), isDryRun(request)]).toEqual([writes, dryRuns])
})
