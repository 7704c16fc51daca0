import type { TakeOverWish } from '../kubernetes/take-over.ts'
import type { InputName } from '../input-table.ts'
import type { Parser } from './parser.ts'

/** What the step says of what may be taken from others; undefined where it says nothing. */
export function readTakeOver(parser: Parser): TakeOverWish {
  const flag = (name: InputName): boolean | undefined => {
    const word = parser.word(name, ['true', 'false'])
    return word === undefined ? undefined : word === 'true'
  }
  const names = parser.list('adopt-from')
  return {
    adopt: flag('adopt'),
    adoptFrom: names.length === 0 ? undefined : names,
    forceConflicts: flag('force-conflicts'),
  }
}
