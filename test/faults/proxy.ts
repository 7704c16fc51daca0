import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { parse, stringify } from 'yaml'
import { makeServerCertificate } from '../support/certificates.ts'
import { Exchange, type ProxiedRequest } from './exchange.ts'
import type { Fault, FaultRule, ProxyRequest } from './fault.ts'
import { createForwarder, type Forwarder, type Upstream, type UpstreamAnswer } from './forwarder.ts'
import { createListener, type Listener } from './listener.ts'
import { serveUpgrade, UpgradeExchange } from './upgrade.ts'

export interface FaultProxy {
  readonly url: string
  /** Every request so far, in the order of their arrival. */
  readonly requests: readonly ProxiedRequest[]
  /** `kubeconfig` with every server replaced by the proxy. Who the user is stays as it was. */
  kubeconfig(of: string): string
  /**
   * Replaces the rules, and starts to count anew. The first that strikes decides; those that `refuse` come before all
   * others, since they see no body.
   */
  set(rules: readonly FaultRule[]): void
  /**
   * Sends the bytes that were withheld; resolves with what the server answered to each request, which may have been
   * before: undefined where it had ended the connection.
   */
  release(): Promise<(number | undefined)[]>
  die(): Promise<void>
  revive(): Promise<void>
  stop(): Promise<void>
}

/**
 * A TLS proxy in front of an API server, that does what its rules say and passes on the rest. It reads each body and
 * each answer whole, those of watches that no rule strikes apart: they go on as they come.
 */
export async function startFaultProxy(
  upstream: Upstream,
  rules: readonly FaultRule[] = [],
): Promise<FaultProxy> {
  const certificate = await makeServerCertificate({ cert: upstream.ca, key: upstream.caKey })
  // Whom the proxy does not believe it passes on without a certificate: the server behind is to refuse.
  const server = createServer({
    ...certificate,
    ca: upstream.ca,
    requestCert: true,
    rejectUnauthorized: false,
  })
  const behind = { forwarder: createForwarder(upstream), listener: createListener(server) }
  const requests: ProxiedRequest[] = []
  let strikes = createStrikes(rules)
  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    const exchange = new Exchange(requests.length + 1, incoming, response)
    requests.push(exchange)
    serve(exchange, strikes, behind).catch(() => exchange.cut())
  })
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    const exchange = new UpgradeExchange(requests.length + 1, incoming, socket)
    requests.push(exchange)
    const fault = strikes.early(exchange) ?? strikes.late(exchange)
    serveUpgrade(exchange, fault, behind).catch(() => exchange.cut())
  })
  await behind.listener.open()
  const url = `https://127.0.0.1:${behind.listener.port}`
  return {
    url,
    requests,
    kubeconfig: (of) => pointTo(url, of),
    set(next) {
      strikes = createStrikes(next)
    },
    release: () => behind.forwarder.release(),
    die: () => behind.listener.close(),
    revive: () => behind.listener.open(),
    async stop() {
      behind.forwarder.close()
      await behind.listener.close()
    },
  }
}

/** The fault that strikes a request before its body is read, or after. Each asks every rule at most once. */
interface Strikes {
  early(request: ProxyRequest): Fault | undefined
  late(request: ProxyRequest): Fault | undefined
}

function createStrikes(rules: readonly FaultRule[]): Strikes {
  const early = rules.filter(({ fault }) => fault.kind === 'refuse')
  const late = rules.filter(({ fault }) => fault.kind !== 'refuse')
  return { early: firstStriking(early), late: firstStriking(late) }
}

function firstStriking(rules: readonly FaultRule[]): (request: ProxyRequest) => Fault | undefined {
  const matches = new Map<FaultRule, number>()
  return (request) => {
    const struck = rules.find((rule) => {
      if (!rule.when(request)) return false
      const { from = 1, times = Infinity } = rule
      const match = (matches.get(rule) ?? 0) + 1
      matches.set(rule, match)
      return match >= from && match < from + times
    })
    return struck?.fault
  }
}

interface Behind {
  readonly forwarder: Forwarder
  readonly listener: Listener
}

async function serve(exchange: Exchange, strikes: Strikes, behind: Behind): Promise<void> {
  let fault = strikes.early(exchange)
  if (fault === undefined) {
    await exchange.receive()
    fault = strikes.late(exchange)
  }
  exchange.fault = fault?.kind
  const forward = async (): Promise<UpstreamAnswer> => {
    const answer = await behind.forwarder.send(exchange.received)
    exchange.upstreamStatus = answer.status
    return answer
  }
  if (fault === undefined && exchange.query.get('watch') === 'true')
    exchange.stream(await behind.forwarder.open(exchange.received))
  else if (fault === undefined) exchange.pass(await forward())
  else await strike(fault, exchange, { ...behind, forward })
}

interface Means extends Behind {
  readonly forward: () => Promise<UpstreamAnswer>
}

async function strike(
  fault: Fault,
  exchange: Exchange,
  { forward, forwarder, listener }: Means,
): Promise<void> {
  if ('takesEffect' in fault && fault.takesEffect) await forward()
  switch (fault.kind) {
    case 'refuse':
    case 'swallow':
      exchange.cut()
      return
    case 'cut-after':
      await forward()
      exchange.cut()
      return
    case 'cut-answer':
      exchange.passHalf(await forward())
      return
    case 'answer':
      exchange.answer(fault.answer)
      return
    case 'elsewhere':
      exchange.answer(await fault.ask(exchange))
      return
    case 'alter':
      exchange.alter(await forward(), fault.change)
      return
    case 'hang':
      return
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms))
      exchange.pass(await forward())
      return
    case 'meanwhile':
      await fault.act()
      if (fault.lost === true) exchange.cut()
      else exchange.pass(await forward())
      return
    case 'afterwards': {
      const answer = await forward()
      await fault.act()
      exchange.pass(answer)
      return
    }
    case 'withhold':
      await forwarder.withhold(exchange.received)
      exchange.cut()
      return
    case 'die':
      await listener.close(fault.forMs)
      return
    default:
      throw new Error(`unreachable: ${String(fault satisfies never)}`)
  }
}

/** The same CA signs the proxy's certificate, so only the address changes. */
function pointTo(url: string, kubeconfig: string): string {
  const config = parse(kubeconfig) as { clusters: { cluster: { server: string } }[] }
  for (const { cluster } of config.clusters) cluster.server = url
  return stringify(config)
}
