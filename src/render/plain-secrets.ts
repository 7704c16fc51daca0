import { throwIfAny, type Problem } from '../error.ts'
import type { Entry, SecretManifest } from '../manifests/manifest.ts'
import { SET_ANNOTATION } from '../kubernetes/set.ts'
import { mapping, writeYaml } from '../manifests/yaml.ts'
import { prepare } from '../modes/prepare.ts'
import { Secret } from '../secret.ts'
import { claimProblem, readFormer } from './former.ts'
import type { RenderedFile } from './rendered-file.ts'
import type { Rendering, RenderJob } from './renderer.ts'

/** `deliver: apply`: Secrets as they are. Where they may be written to is judged before any value is read. */
export async function renderPlainSecrets(job: RenderJob): Promise<Rendering> {
  const { config, inputs, world } = job
  const { githubSecrets } = inputs
  const { manifests, problems } = await prepare(config, { world, githubSecrets, defaultNamespace: '' })
  throwIfAny(problems)
  return {
    files: manifests.map((manifest): RenderedFile => {
      const text = writePlain(manifest, job.set.name)
      return {
        name: job.fileName(manifest),
        // The values in it are masked already; masks of its other lines would eat the log.
        content: Secret.of(text, () => undefined),
        object: {
          kind: 'Secret',
          namespace: manifest.namespace,
          name: manifest.name,
          keys: keysOf(manifest),
        },
      }
    }),
    problems: manifests.flatMap((manifest) => formerProblems(manifest, job)),
    notices: [],
  }
}

function formerProblems(
  manifest: SecretManifest,
  { existing, fileName, config, set }: RenderJob,
): readonly Problem[] {
  const name = fileName(manifest)
  const found = existing.get(name)
  if (found === undefined) return []
  const shown = `${config.outputDirectory ?? '.'}/${name}`
  const read = readFormer(found, shown)
  if ('problems' in read) return read.problems
  const claim = claimProblem(read.former, { kind: 'Secret', set: set.name, shown })
  return claim === undefined ? [] : [claim]
}

function writePlain(
  { namespace, name, type, labels, annotations, immutable, data }: SecretManifest,
  set: string,
): string {
  return writeYaml(
    mapping({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: mapping({
        name,
        namespace: namespace === '' ? undefined : namespace,
        labels: mapping({ ...labels }),
        annotations: mapping({ ...annotations, [SET_ANNOTATION]: set }),
      }),
      type,
      immutable: immutable ? true : undefined,
      data: mapping(Object.fromEntries([...data].map(([key, entry]) => [key, encoded(entry)]))),
    }),
  )
}

function encoded({ value }: Entry): string | undefined {
  return value === undefined ? undefined : Buffer.from(value.bytes()).toString('base64')
}

function keysOf({ data }: SecretManifest): NonNullable<RenderedFile['object']>['keys'] {
  return [...data].flatMap(([key, { value, source }]) =>
    value === undefined ? [] : [{ key, action: 'added' as const, source }],
  )
}
