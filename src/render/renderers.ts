import type { Delivery } from '../config/schema/external-secret.ts'
import { ActionError } from '../error.ts'
import type { Finisher, Renderer } from './renderer.ts'
import { renderPlainSecrets } from './plain-secrets.ts'
import { renderSealedSecrets } from './sealed-secrets.ts'

/** What makes the files of each delivery. */
export const RENDERERS: Readonly<Record<Delivery, Renderer>> = {
  apply: renderPlainSecrets,
  'sealed-secret': renderSealedSecrets,
  'external-secret': () => Promise.reject(later('external-secret')),
  ecs: () => Promise.reject(later('ecs')),
}

/** What goes over all that was rendered, in this order. */
export const FINISHERS: readonly Finisher[] = []

function later(delivery: Delivery): ActionError {
  return new ActionError({
    code: 'NOT_AVAILABLE',
    message: `\`deliver: ${delivery}\` is not available yet in this version`,
    hint: 'deliver by `sealed-secret` or `apply`',
  })
}
