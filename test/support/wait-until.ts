import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 50

/** Asks `probe` until it answers something other than undefined and false; throws, saying `what`, after `limitMs`. */
export async function waitUntil<T>(
  what: string,
  limitMs: number,
  probe: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + limitMs
  let cause: unknown
  while (Date.now() < deadline) {
    try {
      const answer = await probe()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      cause = error
    }
    await sleep(PAUSE_MS)
  }
  throw new Error(`waited ${limitMs} ms in vain for ${what}`, { cause })
}
