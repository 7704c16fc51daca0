import { objectName } from './rendered-file.ts'
import type { Finisher } from './renderer.ts'

const MADE_ELSEWHERE: readonly string[] = ['SealedSecret', 'ExternalSecret']
const MOST_NAMES = 5

/** What is left to do in the cluster, which a render does not see. */
export const announceRest: Finisher = (rendering, { config, existing }) => {
  const fresh = rendering.files.flatMap(({ name, object }) =>
    object !== undefined && MADE_ELSEWHERE.includes(object.kind) && !existing.has(name)
      ? [objectName(object)]
      : [],
  )
  const restarted = config.secrets.filter(({ restart }) => restart !== undefined && restart !== 'none')
  const notices = [
    ...(fresh.length === 0 ? [] : [`${list(fresh)}: ${HAND_OVER}`]),
    ...(restarted.length === 0 || config.deliver === 'apply'
      ? []
      : [`\`restart\` of ${list(restarted.map(({ id }) => id))} ${NOT_RESTARTED}`]),
  ]
  return { ...rendering, notices: [...rendering.notices, ...notices] }
}

const HAND_OVER =
  'rendered for the first time. Where such a Secret is in the cluster already because it was written directly, run `mode: apply` for this environment once before this is applied: it hands the Secret over (docs/external-secrets.md)'

const NOT_RESTARTED =
  'is not kept by a render, nor by whoever makes the Secrets: annotate them for Reloader (`reloader.stakater.com/match: "true"`), or restart in a step of your own'

function list(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ')
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown
}
