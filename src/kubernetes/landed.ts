import { isDeepStrictEqual } from 'node:util'
import type { AppliedSecret, LiveSecret } from './cluster.ts'
import type { Secret } from '../secret.ts'
import { REVISIONS_ANNOTATION } from './set.ts'

/**
 * Whether a live object is what our write would have made of it. The revisions annotation, made of ids that were drawn
 * for this very run, tells our write from anybody else’s equal one wherever a value changed.
 */
export function isLanded(live: LiveSecret, object: AppliedSecret): boolean {
  return (
    live.annotations[REVISIONS_ANNOTATION] === object.annotations[REVISIONS_ANNOTATION] &&
    includesAll(live.annotations, object.annotations) &&
    includesAll(live.labels, object.labels) &&
    [...object.data].every(([key, value]) => live.data.get(key)?.equals(value) === true)
  )
}

/** Whether two states of an object are the same in everything that a restore brings back, managedFields included. */
export function isSameObject(a: LiveSecret, b: LiveSecret): boolean {
  return isSameContent(a, b) && isDeepStrictEqual(lasting(a), lasting(b))
}

/** Whether data, type, flags, labels and annotations are the same, whoever owns them. */
export function isSameContent(a: LiveSecret, b: LiveSecret, ignoring: readonly string[] = []): boolean {
  const visible = (annotations: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(annotations).filter(([key]) => !ignoring.includes(key)))
  return (
    a.type === b.type &&
    a.immutable === b.immutable &&
    sameTexts(a.labels, b.labels) &&
    sameTexts(visible(a.annotations), visible(b.annotations)) &&
    sameData(a.data, b.data)
  )
}

/** All metadata but what every write moves. */
function lasting({ metadata }: LiveSecret): object {
  return { ...metadata, resourceVersion: undefined }
}

function sameData(a: ReadonlyMap<string, Secret>, b: ReadonlyMap<string, Secret>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key)?.equals(value) === true)
}

function sameTexts(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && includesAll(a, b)
}

function includesAll(all: Readonly<Record<string, string>>, some: Readonly<Record<string, string>>): boolean {
  return Object.entries(some).every(([key, value]) => all[key] === value)
}
