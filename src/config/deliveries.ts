/** How Secrets get to where they run. */
export const DELIVERIES = ['apply', 'sealed-secret', 'external-secret', 'ecs'] as const

export type Delivery = (typeof DELIVERIES)[number]
