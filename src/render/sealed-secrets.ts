import { throwIfAny, type Problem } from '../error.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import { buildSealedSecret } from '../manifests/sealed-secret.ts'
import { writeYaml } from '../manifests/yaml.ts'
import { prepare } from '../modes/prepare.ts'
import { findCertificate } from '../seal/find-certificate.ts'
import { fingerprintsOf } from '../seal/fingerprint.ts'
import { findFingerprintKey } from '../seal/fingerprint-key.ts'
import { SEALED_ANNOTATIONS, scopeOf, SCOPES, type Scope } from '../seal/scope.ts'
import { readSealedFile, type SealedFile } from '../seal/sealed-file.ts'
import { sealManifest, type SealContext, type Sealed } from '../seal/sealing.ts'
import { claimProblem, readFormer, type Former } from './former.ts'
import { objectName, type RenderedFile } from './rendered-file.ts'
import type { Rendering, RenderJob } from './renderer.ts'
import { describeReasons, type Resealed } from './resealed.ts'
import { rewrite } from './rewrite.ts'

const KIND = 'SealedSecret'

/** `deliver: sealed-secret`: one SealedSecret a file, in which what has not changed stays as it is. */
export async function renderSealedSecrets(job: RenderJob): Promise<Rendering> {
  const { config, inputs, world } = job
  const { githubSecrets } = inputs
  const certificate = await findCertificate(config.seal, world)
  const prepared = await prepare(config, { world, githubSecrets, defaultNamespace: '' })
  throwIfAny(prepared.problems)
  const key = findFingerprintKey(job, prepared.values)
  const fingerprints = key === undefined ? undefined : fingerprintsOf(key)
  const context: SealContext = {
    certificate,
    fingerprints,
    resealsOnNewCertificate: config.seal.resealsOnNewCertificate,
    random: world.effects.random,
  }
  const done = prepared.manifests.map((manifest) => renderOne(manifest, job, context))
  const files = done.flatMap(({ file }) => file ?? [])
  return {
    files,
    problems: done.flatMap(({ problems }) => problems),
    notices: describeReasons(
      done.flatMap(({ resealed }) => resealed ?? []),
      { hasKey: fingerprints !== undefined },
    ),
    certificate,
  }
}

interface Done {
  readonly file?: RenderedFile
  readonly problems: readonly Problem[]
  readonly resealed?: Resealed
}

function renderOne(manifest: SecretManifest, job: RenderJob, context: SealContext): Done {
  const scope = manifest.scope ?? job.config.seal.scope
  const found = findFormer(manifest, job)
  const problems = [
    ...manifestProblems(manifest, scope),
    ...('problems' in found ? found.problems : formerProblems(found, scope, job)),
  ]
  return problems.length > 0 || 'problems' in found
    ? { problems }
    : sealOne(manifest, { scope, found, job }, context)
}

function sealOne(
  manifest: SecretManifest,
  {
    scope,
    found: { former, sealed: sealedFormer, text, shown },
    job,
  }: { scope: Scope; found: Found; job: RenderJob },
  context: SealContext,
): Done {
  const sealed = sealManifest(manifest, { scope, former: sealedFormer }, context)
  const { existingSecret } = job.config.seal
  const wanted = buildSealedSecret(manifest, {
    scope,
    existingSecret,
    set: job.set.name,
    encrypted: sealed.encrypted,
    fingerprints: marks(sealed, context),
    former: sealedFormer === undefined ? undefined : former.root,
  })
  const written =
    sealedFormer === undefined ? { text: writeYaml(wanted), kept: true } : rewrite(text, former, wanted)
  const { namespace, name } = manifest
  return {
    file: {
      name: job.fileName(manifest),
      content: written.text,
      object: { kind: KIND, namespace, name, keys: sealed.keys },
    },
    problems: sizeProblems(written.text, shown),
    resealed: { name: objectName(manifest), reasons: sealed.reasons, commentsKept: written.kept },
  }
}

/** What etcd takes of one object, as the controller writes it: 1.5 MiB, some room left for what the API server adds. */
const SIZE_LIMIT = 1_500_000

function sizeProblems(text: string, shown: string): readonly Problem[] {
  if (Buffer.byteLength(text) <= SIZE_LIMIT) return []
  return [
    {
      code: 'MANIFEST_INVALID',
      message: `${shown} would be larger than the 1.5 MiB that the cluster takes of one object: sealing makes values a third larger`,
      hint: 'split the Secret',
    },
  ]
}

function marks(
  { fingerprints }: Sealed,
  context: SealContext,
): Parameters<typeof buildSealedSecret>[1]['fingerprints'] {
  return context.fingerprints === undefined ? undefined : { id: context.fingerprints.id, of: fingerprints }
}

/** The file as it is now. Where there is none, it is one of nothing. */
interface Found {
  readonly former: Former
  /** What it sealed before; undefined where it is of another kind, name or namespace: nothing of it can be kept then. */
  readonly sealed: SealedFile | undefined
  readonly text: string
  readonly shown: string
}

const NOTHING: Former = { root: new Map(), canonical: true }

function findFormer(
  manifest: SecretManifest,
  job: RenderJob,
): Found | { readonly problems: readonly Problem[] } {
  const name = job.fileName(manifest)
  const shown = `${job.config.outputDirectory ?? '.'}/${name}`
  const file = job.existing.get(name)
  if (file === undefined) return { former: NOTHING, sealed: undefined, text: '', shown }
  const read = readFormer(file, shown)
  if ('problems' in read) return read
  const { former } = read
  const sealed = readSealedFile(former.root)
  const isSame =
    former.root.get('kind') === KIND &&
    sealed.namespace === manifest.namespace &&
    sealed.name === manifest.name
  return { former, sealed: isSame ? sealed : undefined, text: file.text, shown }
}

/** What is wrong with sealing it at all. */
function manifestProblems(manifest: SecretManifest, scope: Scope): readonly Problem[] {
  const refuse = (message: string, hint: string): Problem => ({
    code: 'MANIFEST_INVALID',
    message: `${objectName(manifest)}: ${message}`,
    hint,
    at: manifest.at,
  })
  const { namespace, annotations } = manifest
  const said = scopeOf(annotations)
  return [
    ...(namespace === '' && scope !== 'cluster-wide'
      ? [
          refuse(
            `no namespace, which \`scope: ${scope}\` binds the values to`,
            'set `namespace` in the environment, on the Secret, or by the input',
          ),
        ]
      : []),
    ...(SCOPES.some((each) => each !== 'strict' && SEALED_ANNOTATIONS[each] in annotations) && said !== scope
      ? [
          refuse(
            `its annotations say ${said}, and the scope is ${scope}`,
            'set `scope` on the Secret, and leave the annotation to it',
          ),
        ]
      : []),
  ]
}

/** Why the file that is there may not be written over. */
function formerProblems(
  { former, sealed, shown }: Found,
  scope: Scope,
  { set }: RenderJob,
): readonly Problem[] {
  if (former === NOTHING) return []
  const claim = claimProblem(former, { kind: KIND, set: set.name, shown })
  if (claim !== undefined) return [claim]
  return sealed === undefined || sealed.scope === scope ? [] : [scopeProblem(sealed.scope, scope, shown)]
}

function scopeProblem(said: Scope | undefined, scope: Scope, shown: string): Problem {
  const refuse = (message: string, hint: string): Problem => ({
    code: 'OUTPUT_INVALID',
    message: `${shown} ${message}`,
    hint,
    at: { file: shown },
  })
  return said === undefined
    ? refuse(
        'has two scopes: its annotations contradict each other or those of its template',
        'was it merged by hand? Delete the file, and it is sealed anew',
      )
    : refuse(
        `is sealed ${said}, and the configuration says ${scope}`,
        `set \`scope: ${said}\`, or delete the file to have it sealed anew`,
      )
}
