import { isDeepStrictEqual } from 'node:util'
import type { ActionRun } from '../support/run-action.ts'
import type { Look, Place } from './look.ts'

/** What the report said of each object of a place that failed, by `a/name`; nothing where it came to no report. */
export function readWords({ log }: ActionRun, { a, b }: Place): ReadonlyMap<string, string> {
  const lines = log.matchAll(/^\s+(ns-\w+)\/(\w+): (.+)$/gm)
  const found = [...lines].flatMap(([, namespace, name = '', word = '']): [string, string][] => {
    if (namespace !== a && namespace !== b) return []
    return [[`${namespace === a ? 'a' : 'b'}/${name}`, word]]
  })
  return new Map(found)
}

/** Every word of the report that is not true of the object. */
export function findLies(
  words: ReadonlyMap<string, string>,
  { before, now }: { before: Look; now: Look },
): readonly string[] {
  return [...words].flatMap(([name, word]) => {
    const holds = isTrue(word, { was: before[name], is: now[name] })
    return holds ? [] : [`${name} is said to be “${word}”`]
  })
}

function isTrue(word: string, { was, is }: { was: unknown; is: unknown }): boolean {
  const same = isDeepStrictEqual(was, is)
  const said = word.replace(/ \(.*$/, '')
  switch (said) {
    case 'unchanged':
    case 'not written':
    case 'never written':
      return same
    case 'put back as it was':
      return same && was !== undefined
    case 'created and deleted again':
      return was === undefined && is === undefined
    case 'NOT put back':
      return !same
    case 'state UNKNOWN':
      return true
    default:
      throw new Error(`the report says “${word}”, which these tests do not know`)
  }
}
