import * as z from 'zod'
import { ActionError } from '../error.ts'
import type { Cluster, LiveSecret, Ref } from '../kubernetes/cluster.ts'
import type { Finding } from '../manifests/finding.ts'
import { checkNamespace, checkSecretName } from '../manifests/names.ts'
import { refuseQuery } from './query.ts'
import { store, type At } from './store.ts'

const GRAMMAR =
  'write kubernetes://namespace/name#key, or kubernetes://name#key for the kubeconfig’s namespace'

/**
 * Keys of Secrets that are in the cluster already: `kubernetes://namespace/name#key`. A Secret is read once however many
 * of its keys are used, so that all of them are of one version.
 */
export const kubernetes = store({
  settings: z.strictObject({}),
  addressing: 'key#property',
  open: (_settings, { cluster, secret }) => {
    const pending = new Map<string, Promise<LiveSecret | undefined>>()
    return {
      describe: 'Secrets of the cluster',
      async read(at) {
        refuseQuery('kubernetes', at)
        const property = requireProperty(at)
        const connected = await cluster()
        const ref = parseKey(at.key, connected.defaultNamespace)
        const id = `${ref.namespace}/${ref.name}`
        const reading = pending.get(id) ?? readSecret(connected, ref)
        pending.set(id, reading)
        const live = await reading
        const value = live?.data.get(property)
        return live === undefined || value === undefined
          ? undefined
          : { value: secret(value.bytes(), `${id} ${property}`), version: live.resourceVersion }
      },
    }
  },
})

function requireProperty({ property }: At): string {
  if (property !== undefined && property !== '') return property
  throw invalid({ message: 'the reference names no key of the Secret', hint: GRAMMAR })
}

function parseKey(key: string, defaultNamespace: string | undefined): Ref {
  const [name = '', namespace = defaultNamespace, ...rest] = key.split('/').reverse()
  if (rest.length > 0)
    throw invalid({ message: 'the reference has more than a namespace and a name', hint: GRAMMAR })
  if (namespace === undefined)
    throw invalid({
      message: 'the reference names no namespace, and the kubeconfig’s context has none',
      hint: 'write kubernetes://namespace/name#key',
    })
  const wrong = checkNamespace(namespace) ?? checkSecretName(name)
  if (wrong !== undefined) throw invalid({ message: wrong.message, hint: GRAMMAR })
  return { namespace, name }
}

async function readSecret(cluster: Cluster, ref: Ref): Promise<LiveSecret | undefined> {
  try {
    return await cluster.read(ref)
  } catch (error) {
    if (!(error instanceof ActionError && error.code === 'FORBIDDEN')) throw error
    throw new ActionError(
      {
        code: 'STORE_DENIED',
        message: `kubernetes: no permission to read the Secret "${ref.namespace}/${ref.name}"`,
        hint: `grant \`get\` on the Secret "${ref.name}" in the namespace "${ref.namespace}"`,
      },
      { cause: error },
    )
  }
}

function invalid({ message, hint }: Finding): ActionError {
  return new ActionError({ code: 'VALUE_INVALID', message: `kubernetes: ${message}`, hint })
}
