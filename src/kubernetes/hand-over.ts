import { throwIfAny, type Problem } from '../error.ts'
import { idOf, type Cluster, type LiveSecret, type Ref } from './cluster.ts'
import { judgeOwnership } from './ownership.ts'
import type { SetIdentity } from './set.ts'
import { decideTakeOver } from './take-over.ts'

/** Who is to make the Secrets from now on. */
export type Successor = 'sealed-secret' | 'external-secret'

/** A Secret as it is to be, as far as that says whether somebody else can make it. */
export interface Handed extends Ref {
  readonly type: string
}

/**
 * `absent`: there is none, and the successor makes it. `handed-over`: it was written directly, and is the successor's for
 * the taking now. `ready`: it was that already. `delivered`: the successor has it.
 */
export interface HandedOver extends Ref {
  readonly state: 'absent' | 'handed-over' | 'ready' | 'delivered'
}

export interface HandOverContext {
  readonly set: SetIdentity
  readonly successor: Successor
  readonly dryRun: boolean
  readonly scrub: (text: string) => string
}

/** Without it the controller of Sealed Secrets leaves a Secret alone that it has not made. */
const MANAGED = 'sealedsecrets.bitnami.com/managed'
const OPERATOR_LABEL = 'reconcile.external-secrets.io/managed'
const KINDS = { 'sealed-secret': 'SealedSecret', 'external-secret': 'ExternalSecret' } as const

/**
 * Lets the successor take over what this set wrote: an annotation, no value. The Secret itself stays as it is until the
 * successor has it, so that nobody who reads it misses a key. Throws all problems together, having changed nothing.
 */
export async function handOver(
  cluster: Cluster,
  secrets: readonly Handed[],
  context: HandOverContext,
): Promise<readonly HandedOver[]> {
  const found = await Promise.all(
    secrets.map(async (secret) => ({ secret, live: await cluster.read(secret) })),
  )
  const judged = found.map(({ secret, live }) => ({ secret, live, verdict: judge(secret, live, context) }))
  throwIfAny(judged.flatMap(({ verdict }) => ('problem' in verdict ? [verdict.problem] : [])))
  const done: HandedOver[] = []
  for (const { secret, live, verdict } of judged) {
    if (!('state' in verdict)) continue
    const { namespace, name } = secret
    if (live !== undefined && verdict.state === 'handed-over' && !context.dryRun)
      await mark(cluster, live, context)
    done.push({ namespace, name, state: verdict.state })
  }
  return done
}

type Verdict = { readonly state: HandedOver['state'] } | { readonly problem: Problem }

function judge(secret: Handed, live: LiveSecret | undefined, context: HandOverContext): Verdict {
  const { set, successor, scrub } = context
  if (live === undefined) return { state: 'absent' }
  if (live.ownerReferences.some(({ kind }) => kind === KINDS[successor])) return { state: 'delivered' }
  const isReady = successor === 'sealed-secret' && live.annotations[MANAGED] === 'true'
  if (isReady || isOperators(live, successor)) return { state: isReady ? 'ready' : 'delivered' }
  const owner = judgeOwnership(live, { set, scrub, takeOver: decideTakeOver([]) })
  if ('problem' in owner) return owner
  const wrong = cannotTake(secret, live, successor)
  if (wrong !== undefined) return { problem: wrong }
  // The operator takes a Secret as it finds it.
  return { state: successor === 'sealed-secret' ? 'handed-over' : 'ready' }
}

/** An operator's Secret need not have it as its owner. */
function isOperators(live: LiveSecret, successor: Successor): boolean {
  return successor === 'external-secret' && live.labels[OPERATOR_LABEL] === 'true'
}

function cannotTake(secret: Handed, live: LiveSecret, successor: Successor): Problem | undefined {
  const refuse = (message: string, hint: string): Problem => ({
    code: 'IMMUTABLE',
    message: `${idOf(live)} can’t be handed over: ${message}`,
    hint,
  })
  if (live.type !== secret.type)
    return refuse(
      `its type is another than declared, and no ${KINDS[successor]} can change it`,
      'declare the type that it has, or give the Secret another `name`',
    )
  if (live.immutable && successor === 'sealed-secret')
    return refuse(
      'it is immutable, and the controller of Sealed Secrets gives up on such a Secret',
      'give the Secret another `name`',
    )
  return undefined
}

/** By a field manager of its own, so that what we own of the Secret stays ours until somebody takes it. */
async function mark(cluster: Cluster, live: LiveSecret, { set }: HandOverContext): Promise<void> {
  const { namespace, name, uid, resourceVersion } = live
  const object = {
    namespace,
    name,
    data: new Map(),
    labels: {},
    annotations: { [MANAGED]: 'true' },
    immutable: false,
  }
  await cluster.apply(object, { manager: `${set.manager}-hand-over`, bound: { uid, resourceVersion } })
}
