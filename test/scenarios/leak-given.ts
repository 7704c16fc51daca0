import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Places } from '../support/run-action.ts'

/** Notes every file that a run finds, by path as in its `files`: what was arranged is no leak. */
export function readGiven(places: Places, given: Map<string, Uint8Array>): void {
  for (const place of Object.values(places) as readonly string[])
    for (const entry of readdirSync(place, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const file = path.join(entry.parentPath, entry.name)
        given.set(path.join(path.basename(place), path.relative(place, file)), readFileSync(file))
      }
}
