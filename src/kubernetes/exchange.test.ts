import { once } from 'node:events'
import http, { type Server } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { makeAuthority, makeLeaf, type Certificate } from '../../test/support/certificates.ts'
import { fakeEffects } from '../../test/support/effects.ts'
import { createDeadline } from '../deadline.ts'
import { createExchange, refusalOfError } from './exchange.ts'
import type { HttpRequest } from './exchange.ts'
import { createHttp } from './http.ts'
import { refusalOf } from './refusal.ts'
import type { Session } from './session.ts'

const READ: HttpRequest = { doing: 'read', method: 'GET', path: '/x', repeatable: false }
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(answer: http.RequestListener, upgrade?: (socket: Socket) => void): Promise<URL> {
  const server = http.createServer(answer)
  if (upgrade !== undefined) server.on('upgrade', (_, socket: Socket) => upgrade(socket))
  server.listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

/** A session whose token is the count of its renewals; it renews for ever. */
function sessionOf(server: URL, headers?: Readonly<Record<string, string>>): Session {
  let renewals = 0
  const agent = new http.Agent({ keepAlive: false })
  return {
    server,
    credentials: () => Promise.resolve({ headers: headers ?? { Authorization: String(renewals) }, agent }),
    renew() {
      renewals++
      return Promise.resolve(true)
    },
    close: () => agent.destroy(),
  }
}

const deadline = createDeadline(60_000)

describe('an exchange settles', () => {
  it.each(['HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n', ''])(
    'as cut, where the answer is %j',
    async (raw) => {
      const server = await serve(({ socket }) => socket.end(raw))
      expect(await createExchange(sessionOf(server), deadline)(READ)).toMatchObject({ kind: 'cut' })
    },
  )

  it('with the answer, where there is one', async () => {
    const server = await serve((_, response) => response.end('{"a": 1}'))
    const answer = await createExchange(sessionOf(server), deadline)(READ)
    expect(answer).toMatchObject({ status: 200, body: { a: 1 } })
  })

  it.each([{ Authorization: 'Bearer a\nb' }, { 'Impersonate-User': 'ж' }, { 'Impersonate-Extra-(': 'x' }])(
    'as a log-in that failed, where the headers can’t be sent: %j',
    async (headers) => {
      const server = await serve((_, response) => response.end())
      const error: unknown = await createExchange(
        sessionOf(server, headers),
        deadline,
      )(READ).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'LOGIN_FAILED' })
      expect(refusalOf(error)).toMatchObject({ unknownOutcome: false })
      expect(String(error)).not.toContain('Bearer')
    },
  )

  it('as out of time, where that is over before it begins', async () => {
    const exchange = createExchange(sessionOf(new URL('http://127.0.0.1:9')), { signal: AbortSignal.abort() })
    expect(await exchange(READ)).toMatchObject({ kind: 'timeout', unknownOutcome: false, mayComeLate: false })
  })
})

describe('a log-in is renewed once for a request', () => {
  const send = async (statuses: readonly number[]) => {
    const tokens: string[] = []
    const server = await serve(({ headers }, response) => {
      response.writeHead(statuses[tokens.length] ?? 200, { 'retry-after': '0' })
      tokens.push(headers.authorization ?? '')
      response.end('{}')
    })
    const sending = createHttp(sessionOf(server), { deadline, effects: fakeEffects() }).send(READ)
    return { tokens, ended: await sending.then(({ status }) => status, refusalOf) }
  }

  it('also where a 429 came first', async () => {
    expect(await send([429, 401])).toEqual({ tokens: ['0', '0', '1'], ended: 200 })
  })

  it('and no more', async () => {
    const { tokens, ended } = await send([401, 429, 401])
    expect(tokens).toEqual(['0', '1', '1'])
    expect(ended).toMatchObject({ kind: 'unauthorized', status: 401 })
  })
})

describe('an error on the way', () => {
  const open = { signal: { aborted: false }, connected: true }

  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'unauthorized'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'unauthorized'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'unauthorized'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'unauthorized'],
    ['CERT_HAS_EXPIRED', 'untrusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'cut'],
    ['ECONNRESET', 'cut'],
  ])('%s means %s', (errno, kind) => {
    expect(refusalOfError(errno, open)).toMatchObject({ kind, by: errno, unknownOutcome: kind === 'cut' })
  })
})

describe('a certificate and a key of a log-in command', () => {
  it.each<[string, (own: Certificate, other: Certificate) => { cert: string; key: string }]>([
    ['that do not belong together', (own, other) => ({ cert: own.cert, key: other.key })],
    ['that are none', () => ({ cert: 'CERT', key: 'KEY' })],
  ])('%s are a log-in that failed', async (_, pair) => {
    const authority = await makeAuthority()
    const subject = { commonName: 'localhost' }
    const [own, other] = [await makeLeaf(authority, { subject }), await makeLeaf(authority, { subject })]
    const agent = new https.Agent({ ...pair(own, other), rejectUnauthorized: false })
    const server = https.createServer(own, (_request, response) => response.end('{}'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const session: Session = { ...sessionOf(url), credentials: () => Promise.resolve({ headers: {}, agent }) }
    const exchange = createExchange(session, deadline)
    await expect(exchange(READ)).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
    server.close()
  })
})
