import { X509Certificate } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { authorize, forbiddenTo } from './rbac.ts'
import type { Attributes, User } from './request.ts'
import { badRequest, quote, unauthorized, type StatusError } from './status.ts'
import type { Storage } from './storage.ts'

/** Who sends with a static bearer token. */
export type Tokens = Readonly<Record<string, User>>

/** What the connection says of its client. */
export interface Peer {
  /** DER; undefined where the client showed no certificate. */
  readonly certificate: Buffer | undefined
  /** The certificate is the server's CA's, in its time, and for clients. */
  readonly trusted: boolean
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

/** What a request brings that tells who it is from. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders
  readonly peer: Peer
  /** What it asks for; undefined where that is no resource. */
  readonly attributes: Attributes | undefined
}

/** The user that a request is to be judged as, impersonation included; throws 401 for bad credentials. */
export function authenticate(from: Credentials, tokens: Tokens, storage: Storage): User {
  const user = withGroup(identify(from.peer, from.headers, tokens))
  const [name = ''] = listOf(from.headers['impersonate-user'])
  const groups = listOf(from.headers['impersonate-group'])
  if (name === '' && groups.length === 0) return user
  if (name === '') throw nobodyToImpersonate(groups)
  const refusal = checkImpersonation(storage, user, { name, groups })
  if (refusal !== undefined) throw constrained(user, name, from.attributes) ?? refusal
  return withGroup({ name, groups: groups.length === 0 ? serviceAccountGroups(name) : groups })
}

function identify(peer: Peer, headers: IncomingHttpHeaders, tokens: Tokens): User {
  if (peer.certificate !== undefined && peer.trusted) return certificateUser(peer.certificate)
  const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ')
  if (scheme.toLowerCase() === 'bearer' && token !== '') {
    const user = tokens[token]
    if (user === undefined) throw unauthorized()
    return user
  }
  if (peer.certificate !== undefined) throw unauthorized()
  return { name: 'system:anonymous', groups: ['system:unauthenticated'] }
}

/** The user is the certificate's CN, the groups are its Os. */
function certificateUser(der: Buffer): User {
  const { subject, keyUsage } = new X509Certificate(der)
  if (!(keyUsage as readonly string[] | undefined)?.includes(CLIENT_AUTH)) throw unauthorized()
  const parts = subject
    .split('\n')
    .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)])
  const values = (key: string): string[] =>
    parts.flatMap(([name, value = '']) => (name === key ? [value] : []))
  return { name: values('CN')[0] ?? '', groups: values('O') }
}

function nobodyToImpersonate(groups: readonly string[]): StatusError {
  const list = `[]string{${groups.map(quote).join(', ')}}`
  const info = `&user.DefaultInfo{Name:"", UID:"", Groups:${list}, Extra:map[string][]string(nil)}`
  return badRequest(`requested ${info} without impersonating a user name`)
}

function checkImpersonation(storage: Storage, user: User, as: User): StatusError | undefined {
  const wanted = [
    { resource: 'users', name: as.name },
    ...as.groups.map((name) => ({ resource: 'groups', name })),
  ]
  for (const { resource, name } of wanted) {
    const attributes = { verb: 'impersonate', group: '', resource, subresource: '', namespace: '', name }
    if (!authorize(storage, user, attributes).allowed) return forbiddenTo(user, attributes)
  }
  return undefined
}

/** Constrained impersonation is tried before the old one, and it is its refusal that is told. */
function constrained(user: User, name: string, attributes: Attributes | undefined): StatusError | undefined {
  if (attributes === undefined || name.startsWith('system:')) return undefined
  return forbiddenTo(user, { ...attributes, verb: `impersonate-on:user-info:${attributes.verb}` })
}

function serviceAccountGroups(name: string): string[] {
  const namespace = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name)?.[1]
  return namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
}

function withGroup(user: User): User {
  const group = user.name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'
  return user.groups.includes(group) ? user : { ...user, groups: [...user.groups, group] }
}

function listOf(value: string | string[] | undefined): string[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : value.split(',').map((each) => each.trim())
}
