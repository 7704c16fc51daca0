import type { Config } from '../config/config.ts'
import type { Problem } from '../error.ts'
import { buildManifests } from '../manifests/build.ts'
import { checkManifest } from '../manifests/check.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import { checkPolicy } from '../policy/index.ts'
import type { Secret } from '../secret.ts'
import { storeOpener } from '../values/open.ts'
import { resolveValues, type Values } from '../values/resolve.ts'
import type { Check } from '../verify/check.ts'
import { renderChecks } from '../verify/render.ts'
import type { World } from './world.ts'

/** Manifests, and everything that is wrong with what they are made of. */
export interface Prepared {
  readonly values: Values
  readonly manifests: readonly SecretManifest[]
  /** What is to be checked once all is written. */
  readonly checks: readonly Check[]
  readonly problems: readonly Problem[]
}

interface Preparation {
  readonly world: World
  readonly githubSecrets: Secret | undefined
  /** Where Secrets go that name no namespace; empty where they may be without one. */
  readonly defaultNamespace: string
}

/** Values read, rules kept, manifests built and checked: every problem of all four together. */
export async function prepare(
  config: Config,
  { world, githubSecrets, defaultNamespace }: Preparation,
): Promise<Prepared> {
  const { effects } = world
  const open = storeOpener(config, {
    ...effects,
    githubSecrets,
    cluster: world.cluster,
  })
  const values = await resolveValues(config, open, effects.secret)
  for (const { message, at } of values.notices) effects.log.notice(message, at)
  const policy = checkPolicy(config, values)
  const built = buildManifests(config, {
    values,
    secret: effects.secret,
    literal: effects.literal,
    defaultNamespace,
  })
  const verify = renderChecks(config, { ...effects, values, defaultNamespace })
  if (values.problems.length === 0)
    for (const { message, at } of verify.notices) effects.log.notice(message, at)
  const toCheck = defaultNamespace === '' ? built.manifests.map(placed) : built.manifests
  const checks = toCheck.map((manifest) => checkManifest(manifest, effects.now()))
  const warnings = [...policy.warnings, ...built.warnings, ...checks.flatMap((check) => check.warnings)]
  for (const [text, at] of new Map(warnings.map(({ message, hint, at }) => [`${message}. ${hint}`, at])))
    effects.log.warning(text, at)
  const problems = [
    ...values.problems,
    ...policy.problems,
    ...built.problems,
    ...checks.flatMap((check) => check.problems),
    ...verify.problems,
  ]
  return { values, manifests: built.manifests, checks: verify.checks, problems }
}

/** For the check of all the rest: a manifest without a namespace gets one when somebody applies it. */
function placed(manifest: SecretManifest): SecretManifest {
  return manifest.namespace === '' ? { ...manifest, namespace: 'default' } : manifest
}
