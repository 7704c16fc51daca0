/** What undoing may take, whatever the run's own limit left. */
export const UNDO_LIMIT_MS = 60_000
