import { BlockList, isIP } from 'node:net'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/**
 * Whether what is sent to the host stays on this machine or inside a cluster: loopback addresses, `localhost`, and the
 * names that only a cluster gives (`….svc`, `….cluster.local`). An address does not tell whose it is, private or not, and
 * a bare name is anybody's on the network: neither counts.
 */
export function isInsideCluster(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  const family = isIP(host)
  if (family !== 0) return LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6')
  return host === 'localhost' || SERVICE.test(host)
}

/** `service.namespace.svc`, with a pod's name before it or without; or anything below the domain of clusters. */
const SERVICE = /^(?:[a-z0-9-]+\.)+svc$|^(?:[a-z0-9-]+\.)+cluster\.local$/
