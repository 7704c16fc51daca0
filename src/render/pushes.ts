import { renderPushes } from '../external/render.ts'
import { renderObject } from './external-secrets.ts'
import type { Finisher } from './renderer.ts'

/** PushSecrets beside Secrets that are made in another way than by External Secrets, whose renderer makes its own. */
export const addPushes: Finisher = (rendering, job) => {
  const { deliver } = job.config
  if (deliver === 'external-secret' || deliver === 'ecs') return rendering
  const { objects, problems } = renderPushes(job.config, '')
  const done = objects.map((object) => renderObject(object, job))
  return {
    ...rendering,
    files: [...rendering.files, ...done.flatMap(({ file }) => file ?? [])],
    problems: [...rendering.problems, ...problems, ...done.flatMap((each) => each.problems)],
  }
}
