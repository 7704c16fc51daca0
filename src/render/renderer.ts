import type { Config } from '../config/config.ts'
import type { Problem } from '../error.ts'
import type { RenderInputs } from '../inputs/render.ts'
import type { SetIdentity } from '../kubernetes/set.ts'
import type { World } from '../modes/world.ts'
import type { FoundFile } from '../output-files.ts'
import type { Certificate } from '../seal/certificate.ts'
import type { RenderedFile } from './rendered-file.ts'

/** What a renderer works from. */
export interface RenderJob {
  /** With what the inputs say in place of what the file says. */
  readonly config: Config
  readonly inputs: RenderInputs
  readonly set: SetIdentity
  readonly world: World
  /** The files that are in the output directory now, by name. */
  readonly existing: ReadonlyMap<string, FoundFile>
  readonly fileName: (object: { readonly namespace: string; readonly name: string }) => string
}

export interface Rendering {
  readonly files: readonly RenderedFile[]
  readonly problems: readonly Problem[]
  /** Why files changed though no value did, and what else is to be said; in order. */
  readonly notices: readonly string[]
  /** What was sealed for. */
  readonly certificate?: Certificate
}

/** Makes the files of a delivery. Writes nothing; reads stores only where the objects hold values. */
export type Renderer = (job: RenderJob) => Promise<Rendering>

/**
 * Adds to what a delivery rendered, or changes it: files that tell of the others, such as a kustomization. Those that
 * it answers take the place of files with the same name.
 */
export type Finisher = (rendering: Rendering, job: RenderJob) => Promise<Rendering> | Rendering
