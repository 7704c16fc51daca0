import { stringify } from 'yaml'
import type { Certificate } from './certificates.ts'

/** Where an API server is, and whom it is believed by. */
export interface Endpoint {
  /** `https://127.0.0.1:PORT` */
  readonly url: string
  /** PEM */
  readonly ca: string
}

/** How a user proves who it is: a client certificate or a bearer token. */
export type Credential = Certificate | { readonly token: string }

/** A kubeconfig (YAML) with one cluster, one user and one context, certificates included. */
export function writeKubeconfig(
  endpoint: Endpoint,
  user: string,
  credential: Credential,
  namespace?: string,
): string {
  const context = { cluster: 'test', user, ...(namespace === undefined ? {} : { namespace }) }
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server: endpoint.url, 'certificate-authority-data': base64(endpoint.ca) } },
    ],
    users: [{ name: user, user: userEntry(credential) }],
    contexts: [{ name: 'test', context }],
    'current-context': 'test',
  })
}

function userEntry(credential: Credential): Record<string, string> {
  if ('token' in credential) return { token: credential.token }
  return { 'client-certificate-data': base64(credential.cert), 'client-key-data': base64(credential.key) }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
