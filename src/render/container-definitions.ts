import { containerParts, type ContainerPart } from '../ecs/container-definition.ts'
import type { Problem } from '../error.ts'
import type { RenderedFile, RenderedKey } from './rendered-file.ts'
import type { Rendering, RenderJob } from './renderer.ts'

const KIND = 'ContainerDefinition'

/** `deliver: ecs`: for each Secret a file of JSON with the `secrets` and `environment` of a container definition. */
export function renderContainerDefinitions(job: RenderJob): Promise<Rendering> {
  const { parts, problems, notices } = containerParts(job.config)
  const done = parts.map((part) => renderOne(part, job))
  return Promise.resolve({
    files: done.map(({ file }) => file),
    problems: [...problems, ...done.flatMap((each) => each.problems)],
    notices,
  })
}

/** What a container definition of ours holds. */
interface Held {
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[]
  readonly environment: readonly { readonly name: string; readonly value: string }[]
}

function renderOne(
  part: ContainerPart,
  { existing, config }: RenderJob,
): { file: RenderedFile; problems: readonly Problem[] } {
  const { secrets, environment } = part
  const name = `${part.name}.container.json`
  const found = existing.get(name)
  const former = found === undefined ? undefined : readHeld(found.text)
  const foreign = found?.kind === 'file' && former === undefined
  const file: RenderedFile = {
    name,
    content: `${JSON.stringify({ secrets, environment }, null, 2)}\n`,
    object: { kind: KIND, namespace: '', name: part.name, keys: keysOf(part, former) },
  }
  return { file, problems: foreign ? [foreignProblem(`${config.outputDirectory ?? '.'}/${name}`)] : [] }
}

function keysOf(part: ContainerPart, former: Held | undefined): readonly RenderedKey[] {
  const [before, after] = [contentsOf(former), contentsOf(part)]
  const present = [...part.sources].map(([key, source]): RenderedKey => {
    const old = before.get(key)
    return { key, action: old === undefined ? 'added' : old === after.get(key) ? 'same' : 'changed', source }
  })
  const removed = [...before.keys()].filter((key) => !after.has(key))
  return [...present, ...removed.map((key) => ({ key, action: 'removed', source: '' }) as const)]
}

function contentsOf(held: Held | undefined): ReadonlyMap<string, string> {
  return new Map([
    ...(held?.secrets ?? []).map(({ name, valueFrom }) => [name, `from ${valueFrom}`] as const),
    ...(held?.environment ?? []).map(({ name, value }) => [name, `is ${value}`] as const),
  ])
}

/** What a file of ours holds; undefined where it is none. */
function readHeld(text: string): Held | undefined {
  try {
    const held = JSON.parse(text) as Partial<Held>
    const keys = Object.keys(held).sort().join()
    return keys === 'environment,secrets' && Array.isArray(held.secrets) && Array.isArray(held.environment)
      ? (held as Held)
      : undefined
  } catch {
    return undefined
  }
}

function foreignProblem(shown: string): Problem {
  return {
    code: 'OUTPUT_INVALID',
    message: `${shown} is not what this action writes there`,
    hint: 'rename it, or choose another `output-directory`',
    at: { file: shown },
  }
}
