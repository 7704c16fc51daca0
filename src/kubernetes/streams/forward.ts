import { Duplex } from 'node:stream'
import { refusalError, transportRefusal } from '../refusal.ts'
import type { Channels } from './channels.ts'
import type { Upgrade } from './upgrade.ts'

export interface PodPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/**
 * A connection to a port of a pod, through the API server and the kubelet. Rejects where the server refuses. It ends with
 * an error whose code is `ECONNREFUSED` where nothing listens there.
 */
export type Forward = (port: PodPort, signal: AbortSignal) => Promise<Duplex>

const DATA = 0
const ERROR = 1
/** Each channel begins with its port, in two bytes. */
const PREFIX = 2

export function createForward(upgrade: Upgrade): Forward {
  return async ({ namespace, pod, port }, signal) => {
    const skipped = { [DATA]: 0, [ERROR]: 0 }
    const link: { channels?: Channels } = {}
    const stream = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        link.channels?.send(DATA, chunk)
        done()
      },
      destroy(error, done) {
        link.channels?.close()
        done(error)
      },
    })
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${port}`
    const doing = `connection to port ${port} of ${namespace}/${pod}`
    link.channels = await upgrade(
      { doing, path, protocols: ['v4.channel.k8s.io'], signal },
      {
        message(channel, content) {
          if (channel !== DATA && channel !== ERROR) return
          const more = content.subarray(PREFIX - skipped[channel])
          skipped[channel] = Math.min(PREFIX, skipped[channel] + content.byteLength)
          if (more.byteLength === 0) return
          if (channel === DATA) stream.push(more)
          else stream.destroy(refused())
        },
        closed(clean) {
          if (clean) stream.push(null)
          else stream.destroy(refusalError(doing, transportRefusal(signal.aborted ? 'timeout' : 'cut')))
        },
      },
    )
    return stream
  }
}

/** The kubelet says why in a text of its own, which is not told. */
function refused(): Error {
  return Object.assign(new Error('the pod does not take the connection'), { code: 'ECONNREFUSED' })
}
