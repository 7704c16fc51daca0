import type { Problem } from '../error.ts'
import {
  editKustomization,
  KUSTOMIZATION_NAMES,
  newKustomization,
  type Transformers,
} from '../manifests/kustomization.ts'
import type { Finding } from '../manifests/finding.ts'
import type { FoundFile } from '../output-files.ts'
import type { RenderedFile, RenderedObject } from './rendered-file.ts'
import type { Finisher, Rendering, RenderJob } from './renderer.ts'
import { staleFiles } from './stale.ts'

/**
 * The kustomization of the output directory, kept in step with the files: where there is one, and where the configuration
 * wants one made. Refused where it would rename or move what is bound to its name or namespace.
 */
export const keepKustomization: Finisher = (rendering, job) => {
  const { kustomization, deliver } = job.config
  if (kustomization === 'off' || deliver === 'ecs') return rendering
  const [found, ...more] = findKustomizations(job)
  if (found !== undefined) return keepInStep(rendering, found, { job, isOnly: more.length === 0 })
  if (kustomization !== 'create') return rendering
  const made = newKustomization(objectsOf(rendering).map(({ name }) => name))
  return { ...rendering, files: [...rendering.files, fileOf(KUSTOMIZATION_NAMES[0], made)] }
}

function keepInStep(
  rendering: Rendering,
  found: FoundFile,
  { job, isOnly }: { job: RenderJob; isOnly: boolean },
): Rendering {
  const shown = `${job.config.outputDirectory ?? '.'}/${found.name}`
  const refuse = (...findings: readonly Finding[]): Rendering['problems'] => [
    ...rendering.problems,
    ...findings.map((finding) => problemOf(shown, finding)),
  ]
  if (!isOnly) return { ...rendering, problems: refuse(SEVERAL) }
  const objects = objectsOf(rendering)
  const present = objects.map(({ name }) => name)
  const absent = job.inputs.removeStale ? staleNames(job, present) : []
  const edited = editKustomization(found.text, { present, absent })
  if ('problem' in edited) return { ...rendering, problems: refuse(edited.problem) }
  const broken = objects.flatMap(({ object }) => brokenBy(object, edited.transformers, job) ?? [])
  const files = [...rendering.files, fileOf(found.name, edited.text)]
  return { ...rendering, files, problems: refuse(...broken) }
}

function objectsOf({ files }: Rendering): readonly { name: string; object: RenderedObject }[] {
  return files.flatMap(({ name, object }) => (object === undefined ? [] : [{ name, object }]))
}

/** kustomize refuses a directory that has two of them. */
function findKustomizations({ existing }: RenderJob): readonly FoundFile[] {
  return KUSTOMIZATION_NAMES.flatMap((name) => existing.get(name) ?? []).filter(({ kind }) => kind === 'file')
}

const SEVERAL = {
  message: 'is not the only kustomization of its directory, which kustomize refuses',
  hint: 'keep one of `kustomization.yaml`, `kustomization.yml` and `Kustomization`',
}

function staleNames({ existing, set }: RenderJob, present: readonly string[]): readonly string[] {
  const others = [...existing.values()].filter(({ name }) => !present.includes(name))
  return staleFiles(others, set.name).map(({ name }) => name)
}

function fileOf(name: string, content: string): RenderedFile {
  return { name, content, object: undefined }
}

/** What would not work any more once kustomize has renamed or moved it. */
function brokenBy(
  object: RenderedObject,
  { namePrefix, nameSuffix, namespace }: Transformers,
  job: RenderJob,
): Finding | undefined {
  const renamed = namePrefix !== '' || nameSuffix !== '' ? brokenByName(object, job) : undefined
  const moves = namespace !== '' && object.namespace !== '' && namespace !== object.namespace
  return renamed ?? (moves ? brokenByNamespace(object, job) : undefined)
}

function brokenByName(object: RenderedObject, job: RenderJob): Finding | undefined {
  const { kind, name } = object
  if (kind === 'SealedSecret' && scopeOf(object, job) === 'strict')
    return broken(`renames ${name}, which is sealed for its very name`, 'scope: namespace-wide')
  if (kind === 'SecretStore' || kind === 'ClusterSecretStore')
    return broken(`renames the store ${name}, by which ExternalSecrets name it`, 'external.render: false')
  return undefined
}

function brokenByNamespace(object: RenderedObject, job: RenderJob): Finding | undefined {
  if (object.kind !== 'SealedSecret')
    return broken(`moves ${object.name} to another namespace than the configuration says`, 'namespace')
  if (scopeOf(object, job) === 'cluster-wide') return undefined
  return broken(`moves ${object.name} to another namespace than it is sealed for`, 'scope: cluster-wide')
}

function broken(message: string, instead: string): Finding {
  return {
    message,
    hint: `take \`namePrefix\`, \`nameSuffix\` or \`namespace\` out of it, name the Secret in full in the configuration, or set \`${instead}\``,
  }
}

function scopeOf({ name }: RenderedObject, { config }: RenderJob): string {
  return config.secrets.find((secret) => secret.name === name)?.scope ?? config.seal.scope
}

function problemOf(shown: string, { message, hint }: Finding): Problem {
  return { code: 'OUTPUT_INVALID', message: `${shown} ${message}`, hint, at: { file: shown } }
}
