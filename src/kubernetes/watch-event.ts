import { parseBody } from './exchange.ts'
import { mapping, text } from './objects.ts'
import type { ApiObject } from './workloads.ts'

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'EXPIRED' | 'ERROR'
  readonly object: ApiObject
}

const EVENTS: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']

/** A line of a watch. */
export function parseEvent(line: string): WatchEvent {
  const { type, object } = mapping(parseBody(line))
  const known = EVENTS.includes(text(type))
  if (known) return { type: text(type) as WatchEvent['type'], object: mapping(object) }
  return { type: mapping(object)['code'] === 410 ? 'EXPIRED' : 'ERROR', object: {} }
}
