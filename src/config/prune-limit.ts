/** Nobody deletes more Secrets at once on purpose. */
export const PRUNE_LIMIT_MAX = 100_000
