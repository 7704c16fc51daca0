import { parse } from 'yaml'
import { labelOf, scopeOf } from '../../../src/seal/scope.ts'
import { unseal } from '../../support/unseal.ts'
import type { Service } from '../kube-apiserver/api.ts'

const BURST = 2
const PER_SECOND = 2

/** A Sealed Secrets controller behind its Service: hands out its certificate, verifies, and throttles as the real one. */
export interface SealedSecretsController {
  readonly service: Service
  /** Requests, in order: `GET /v1/cert.pem`. */
  readonly requests: readonly string[]
  /** How many were answered 429. */
  readonly throttled: () => number
}

export function createController(
  pair: { cert: string; key: string },
  certificate = pair.cert,
): SealedSecretsController {
  const requests: string[] = []
  let [tokens, last, refused] = [BURST, Date.now(), 0]
  const isThrottled = (): boolean => {
    const now = Date.now()
    tokens = Math.min(BURST, tokens + ((now - last) / 1000) * PER_SECOND)
    last = now
    if (tokens < 1) {
      refused++
      return true
    }
    tokens--
    return false
  }
  return {
    requests,
    throttled: () => refused,
    service({ method, path, body }) {
      requests.push(`${method} ${path}`)
      if (method === 'GET' && path === '/v1/cert.pem') return { status: 200, body: certificate }
      if (method !== 'POST' || path !== '/v1/verify') return { status: 404, body: '404 page not found\n' }
      if (isThrottled()) return { status: 429, body: 'limit exceeded' }
      return { status: canUnseal(body.toString('utf8'), pair.key) ? 200 : 409, body: '' }
    },
  }
}

function canUnseal(text: string, key: string): boolean {
  const { metadata, spec } = parse(text) as {
    metadata: { name: string; namespace?: string; annotations?: Record<string, string> }
    spec: { encryptedData: Record<string, string> }
  }
  const { name, namespace = '', annotations = {} } = metadata
  const label = labelOf(scopeOf(annotations), { namespace, name })
  return Object.values(spec.encryptedData).every((ciphertext) => {
    try {
      unseal(ciphertext, { key, label })
      return true
    } catch {
      return false
    }
  })
}
