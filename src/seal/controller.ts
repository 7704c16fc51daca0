import type { ControllerSpec } from '../config/config.ts'
import { ActionError } from '../error.ts'
import type { Cluster, ServiceAnswer, ServiceRef } from '../kubernetes/cluster.ts'
import { refusalOf } from '../kubernetes/refusal.ts'

const NAMESPACE = 'kube-system'
/** What the controller's own manifest calls its Service and port, and what its Helm chart does. */
const NAMES = ['sealed-secrets-controller', 'sealed-secrets']
const PORTS = ['', 'http']

/** The Sealed Secrets controller, where it was found. */
export interface Controller {
  readonly service: ServiceRef
  /** Its newest certificate, PEM as far as it is one. */
  readonly certificate: Uint8Array
}

/**
 * Asks for the controller's certificate through the API server, under each name that it may have. Throws where nobody
 * answers with one, and where that may not be asked, with the rule to grant.
 */
export async function findController(cluster: Cluster, spec: ControllerSpec): Promise<Controller> {
  const candidates = candidatesOf(spec)
  let denied: unknown
  for (const service of candidates) {
    const answer = await ask(cluster, service).catch((error: unknown) => {
      if (refusalOf(error)?.kind !== 'rbac') throw error
      denied ??= error
      return undefined
    })
    if (answer?.status === 200) return { service, certificate: Buffer.from(answer.text, 'utf8') }
  }
  if (denied !== undefined) throw forbidden(candidates, denied)
  throw new ActionError({
    code: 'CERTIFICATE_INVALID',
    message: `no Sealed Secrets controller answers in the cluster under ${listed(candidates)}`,
    hint: 'say where it is in `seal.controller` (`kubectl get services -A | grep sealed-secrets`), or commit its certificate and name that in `seal.certificate`',
  })
}

/** What a Role has to grant for it. */
export function controllerRule(services: readonly ServiceRef[]): string {
  const names = services.map(({ name, port }) => `"http:${name}:${port}"`)
  return `- apiGroups: [""], resources: [services/proxy], resourceNames: [${names.join(', ')}], verbs: [get, create]`
}

function ask(cluster: Cluster, service: ServiceRef): Promise<ServiceAnswer> {
  return cluster.askService(service, {
    method: 'GET',
    path: 'v1/cert.pem',
    doing: 'fetch of the certificate',
  })
}

/** Most likely first: what is asked in vain is seen in nobody's log but the API server's. */
function candidatesOf({ namespace = NAMESPACE, name, port }: ControllerSpec): readonly ServiceRef[] {
  const names = name === undefined ? NAMES : [name]
  const ports = port === undefined ? PORTS : [port]
  return ports.flatMap((each) => names.map((service) => ({ namespace, name: service, port: each })))
}

function forbidden(candidates: readonly ServiceRef[], cause: unknown): ActionError {
  const [first] = candidates
  return new ActionError(
    {
      code: 'FORBIDDEN',
      message: `the Sealed Secrets controller may not be asked: the credentials lack services/proxy in ${first?.namespace ?? NAMESPACE}`,
      hint: `grant it in a Role of that namespace (the Helm chart has one: \`<release>-service-proxier\`): ${controllerRule(candidates)}; or commit the certificate, which needs no access at all`,
    },
    { cause },
  )
}

function listed(services: readonly ServiceRef[]): string {
  return services
    .map(({ namespace, name, port }) => `${namespace}/${name}${port === '' ? '' : `:${port}`}`)
    .join(', ')
}
