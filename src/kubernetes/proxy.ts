import { BlockList, isIP } from 'node:net'
import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'

/**
 * The proxy that the environment wants for a server, as Go's net/http decides it and so kubectl: none for the loopback
 * and for what NO_PROXY names. Undefined for none; throws where it is no proxy's URL.
 */
export function environmentProxy(server: URL, env: Effects['env']): string | undefined {
  const proxy = variable(env, server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (proxy === undefined || isBypassed(server, variable(env, 'NO_PROXY') ?? '')) return undefined
  const url = proxy.includes('://') ? proxy : `http://${proxy}`
  if (URL.canParse(url) && /^(?:https?|socks\w*):/i.test(url)) return url
  throw new ActionError({
    code: 'LOGIN_FAILED',
    message: 'the proxy that the environment names is not a URL of one',
    hint: 'write HTTPS_PROXY as `http://host:port`, or name the server in NO_PROXY',
  })
}

function variable(env: Effects['env'], name: string): string | undefined {
  const value = env[name.toLowerCase()] ?? env[name]
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

/** `noProxy` holds names, `.names`, `*.names`, addresses and CIDR ranges, each but the last with a port or without. */
function isBypassed(server: URL, noProxy: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (host === 'localhost' || isWithin(host, '127.0.0.0/8') || isWithin(host, '::1/128')) return true
  const port = server.port === '' ? { 'https:': '443', 'http:': '80' }[server.protocol] : server.port
  const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase())
  return entries.some((entry) => matches(entry, { host, port }))
}

function matches(entry: string, { host, port }: { host: string; port: string | undefined }): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isWithin(host, entry)
  const [, bracketed, plain, wanted = port] = /^(?:\[([^\]]*)\]|(.*?))(?::(\d+))?$/.exec(bracket(entry)) ?? []
  const name = bracketed ?? plain ?? ''
  return name !== '' && wanted === port && isNamed(host, name.replace(/^\*\./, '.'))
}

/** A name means what is below it too; one that begins with a dot, only that. */
function isNamed(host: string, name: string): boolean {
  if (isIP(name) !== 0) return isWithin(host, `${name}/${isIP(name) === 4 ? 32 : 128}`)
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`)
}

/** A bare IPv6 address has colons, and no port. */
function bracket(entry: string): string {
  return isIP(entry) === 6 ? `[${entry}]` : entry
}

function isWithin(host: string, range: string): boolean {
  const [net = '', length = ''] = range.split('/')
  const [family, longest] = isIP(net) === 4 ? (['ipv4', 32] as const) : (['ipv6', 128] as const)
  if (isIP(host) === 0 || isIP(net) === 0 || !/^\d{1,3}$/.test(length) || Number(length) > longest)
    return false
  const list = new BlockList()
  list.addSubnet(net, Number(length), family)
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6')
}
