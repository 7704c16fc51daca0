import { apiAnswers } from './api-answers.ts'
import { configuration } from './configuration.ts'
import { dotenv } from './dotenv.ts'
import { eventPayloads } from './event-payloads.ts'
import { inputs } from './inputs.ts'
import { journals } from './journals.ts'
import { kubeconfigs } from './kubeconfig.ts'
import { manifests } from './manifests.ts'
import { references } from './references.ts'
import type { Target } from './target.ts'
import { templates } from './templates.ts'

/** Every target, by its name. */
export const TARGETS: ReadonlyMap<string, Target> = new Map(
  [
    configuration,
    references,
    templates,
    dotenv,
    kubeconfigs,
    apiAnswers,
    eventPayloads,
    inputs,
    journals,
    manifests,
  ].map((target) => [target.name, target as Target]),
)
