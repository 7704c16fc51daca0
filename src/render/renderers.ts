import type { Delivery } from '../config/deliveries.ts'
import { addPushes } from './pushes.ts'
import type { Finisher, Renderer } from './renderer.ts'
import { announceRest } from './announce.ts'
import { renderContainerDefinitions } from './container-definitions.ts'
import { renderExternalSecrets } from './external-secrets.ts'
import { keepKustomization } from './kustomization.ts'
import { renderPlainSecrets } from './plain-secrets.ts'
import { renderSealedSecrets } from './sealed-secrets.ts'

/** What makes the files of each delivery. */
export const RENDERERS: Readonly<Record<Delivery, Renderer>> = {
  apply: renderPlainSecrets,
  'sealed-secret': renderSealedSecrets,
  'external-secret': renderExternalSecrets,
  ecs: renderContainerDefinitions,
}

/** What goes over all that was rendered, in this order. */
export const FINISHERS: readonly Finisher[] = [addPushes, keepKustomization, announceRest]
