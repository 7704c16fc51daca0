/** A former state is a copy of every Secret in the cluster: more of them is a backup, and has its own tools. */
export const HISTORY_LIMIT = 20

/** Whether a text is a number of former states that can be kept. */
export function isHistory(text: string): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) <= HISTORY_LIMIT
}
