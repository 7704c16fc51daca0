import { randomBytes } from 'node:crypto'
import type { Effects } from '../../src/effects.ts'
import { createDeadline } from '../../src/deadline.ts'
import { readInputs } from '../../src/inputs.ts'
import type { Cluster } from '../../src/kubernetes/cluster.ts'
import { render } from '../../src/modes/render.ts'
import type { RenderOutcome } from '../../src/outcome.ts'
import { fakeEffects, type FakeEffects } from './effects.ts'
import { memoryFiles } from './memory-files.ts'
import { memoryOutput } from './memory-output.ts'

const LIMIT_MS = 60_000

export interface RenderRun {
  readonly outcome: RenderOutcome
  /** The workspace as it is now. */
  readonly files: Readonly<Record<string, string>>
  readonly effects: FakeEffects
  /** All that was said, a line each. */
  readonly log: string
}

export interface RenderOptions {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly effects?: Partial<Effects>
  readonly cluster?: () => Promise<Cluster>
}

/** A run of `mode: render` in this process: its workspace is in memory, and it throws where the action would fail. */
export async function renderInProcess({
  files,
  inputs = {},
  env = {},
  effects: more = {},
  cluster = () => Promise.reject(new Error('no test expects a cluster')),
}: RenderOptions): Promise<RenderRun> {
  const texts = Object.entries(files).map(
    ([path, content]) => [path, Buffer.from(content).toString()] as const,
  )
  const output = memoryOutput(Object.fromEntries(texts))
  const effects = fakeEffects({
    files: memoryFiles(files),
    now: Date.now,
    random: (size) => randomBytes(size),
    env: { GITHUB_REPOSITORY: 'octo/app', ...env },
    ...more,
    output,
  })
  const given = Object.entries({ mode: 'render', ...inputs }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  const read = readInputs(Object.fromEntries(given) as Record<string, string>)
  if (read.mode !== 'render') throw new Error('another mode than render')
  const outcome = await render(read, { effects, cluster, deadline: createDeadline(LIMIT_MS) })
  const log = effects.said.map(({ text }) => text).join('\n')
  return { outcome, files: Object.fromEntries(output.files), effects, log }
}
