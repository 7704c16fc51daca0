import type { Effects } from '../effects.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { environmentProxy } from '../kubernetes/proxy.ts'
import type { Executed } from '../kubernetes/streams/exec.ts'
import type { ExecProbe, HttpProbe } from './check.ts'
import type { HttpSeen } from './judge.ts'
import { send, type Unanswered } from './send.ts'

/** How checks reach what they check. Both reject with an ActionError where an API server or a proxy is in the way. */
export interface Probes {
  http(probe: HttpProbe, at: ProbeAt): Promise<HttpSeen | Unanswered>
  exec(probe: ExecProbe, at: ProbeAt): Promise<Executed>
}

export interface ProbeAt {
  readonly namespace: string
  readonly signal: AbortSignal
}

export function createProbes({ containers }: Pick<Cluster, 'containers'>, env: Effects['env']): Probes {
  return {
    async http(probe, { namespace, signal }) {
      const { through, url } = probe
      if (through === undefined) {
        const proxy = url.protocol === 'https:' ? environmentProxy(url, env) : undefined
        return send(probe, { proxy, signal })
      }
      const port = await containers.port({ namespace, of: through, signal }, through.port)
      const stream = await containers.forward(port, signal)
      try {
        return await send(probe, { stream, proxy: undefined, signal })
      } finally {
        stream.destroy()
      }
    },
    async exec({ target, container, command, stdin }, { namespace, signal }) {
      const ref = await containers.container({ namespace, of: target, signal }, container)
      return containers.exec(ref, { command, stdin, signal })
    },
  }
}
