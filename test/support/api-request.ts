import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Credential, Endpoint } from './kubeconfig.ts'
import type { Answer } from './server.ts'

/** No single answer of a server on loopback takes longer. */
const REQUEST_TIMEOUT_MS = 30_000

/** One user's connections to one API server, kept alive between requests. */
export interface ApiClient {
  /** `body` is sent as JSON unless it is a string. Any status is an answer; throws only when none came. */
  request(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>
  /** Ends the idle connections. */
  close(): void
}

export function openApiClient(endpoint: Endpoint, credential?: Credential): ApiClient {
  const certificate = credential !== undefined && 'cert' in credential ? credential : {}
  const agent = new Agent({ keepAlive: true, ca: endpoint.ca, ...certificate })
  const bearer = credential !== undefined && 'token' in credential ? `Bearer ${credential.token}` : undefined
  return {
    async request(method, path, body, contentType) {
      const sent = encodeBody(body)
      const headers = requestHeaders(sent, contentType ?? defaultContentType(method), bearer)
      const outgoing = httpsRequest(new URL(path, endpoint.url), { method, headers, agent })
      outgoing.setTimeout(REQUEST_TIMEOUT_MS, () => {
        outgoing.destroy(new Error(`no answer to ${method} ${path} within ${String(REQUEST_TIMEOUT_MS)} ms`))
      })
      outgoing.end(sent)
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      return readAnswer(response)
    },
    close: () => {
      agent.destroy()
    },
  }
}

function encodeBody(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function defaultContentType(method: string): string {
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
}

function requestHeaders(body: Buffer | undefined, contentType: string, bearer: string | undefined) {
  return {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': contentType, 'content-length': body.length }),
    ...(bearer === undefined ? {} : { authorization: bearer }),
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const received = await text(response)
  return { status: response.statusCode ?? 0, headers: response.headers, body: parseJson(received) }
}

/** The parsed JSON, or the text where it is none. */
function parseJson(received: string): unknown {
  try {
    return JSON.parse(received)
  } catch {
    return received
  }
}
