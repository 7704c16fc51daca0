import { WORD } from './byte-set.ts'
import type { Assertion } from './node.ts'
import { parsePattern } from './parse.ts'
import { compile, type Instruction } from './program.ts'

export interface LinearMatch {
  readonly start: number
  readonly end: number
  /** Where the group is; undefined: it took no part. */
  group(name: string | number): { readonly start: number; readonly end: number } | undefined
}

/** A pattern whose time grows with the text’s length alone, whatever it is. */
export interface LinearPattern {
  readonly groups: readonly (string | undefined)[]
  /** Every match in the bytes from `start` to `end`, one after the other. */
  matches(bytes: Uint8Array, start: number, end: number): readonly LinearMatch[]
}

/** Compiles a pattern. Throws a `PatternError` for what it does not take. */
export function linearPattern(source: string): LinearPattern {
  const { node, groups } = parsePattern(source)
  const machine = createMachine(compile(node), 2 * groups.length)
  return {
    groups,
    matches(bytes, start, end) {
      const found: LinearMatch[] = []
      for (let at = start; at <= end;) {
        const slots = machine.run({ bytes, end }, at)
        if (slots === undefined) break
        const match = describe(slots, groups)
        if (match.end > match.start) found.push(match)
        at = match.end > match.start ? match.end : match.end + 1
      }
      return found
    },
  }
}

function describe(slots: Slots, groups: readonly (string | undefined)[]): LinearMatch {
  return {
    start: slots[0] as number,
    end: slots[1] as number,
    group(name) {
      const nth = typeof name === 'number' ? name : groups.indexOf(name)
      const [start = -1, end = -1] = nth < 0 ? [] : [slots[2 * nth], slots[2 * nth + 1]]
      return start < 0 || end < 0 ? undefined : { start, end }
    },
  }
}

interface Text {
  readonly bytes: Uint8Array
  readonly end: number
}

/** Places of the text by slot; -1: none. */
type Slots = readonly number[]

interface Threads {
  readonly at: number[]
  readonly slots: Slots[]
}

interface Machine {
  /** The leftmost match from `from` on, the preferred one of those, after Pike. */
  run(text: Text, from: number): Slots | undefined
}

function createMachine(program: readonly Instruction[], slotCount: number): Machine {
  const seen = new Float64Array(program.length).fill(-1)
  const fresh: Slots = new Array<number>(slotCount).fill(-1)
  let generation = 0
  return {
    run(text, from) {
      let threads: Threads = { at: [], slots: [] }
      let found: Slots | undefined
      generation++
      for (let place = from; place <= text.end; place++) {
        if (found === undefined)
          add(threads, { at: 0, slots: fresh }, { program, seen, generation, text, place })
        if (threads.at.length === 0 && found !== undefined) break
        const next: Threads = { at: [], slots: [] }
        generation++
        found = step(threads, next, { program, seen, generation, text, place }) ?? found
        threads = next
      }
      return found
    },
  }
}

/** What a program is doing at a place of a text. */
interface Moment {
  readonly program: readonly Instruction[]
  /** The generation in which each instruction was last added: once is enough. */
  readonly seen: Float64Array
  readonly generation: number
  readonly text: Text
  readonly place: number
}

interface Thread {
  readonly at: number
  readonly slots: Slots
}

/** Follows what takes no byte, in the order of preference. A stack of its own: patterns may be deep. */
function add(threads: Threads, thread: Thread, moment: Moment): void {
  const { program, seen, generation } = moment
  const stack: Thread[] = [thread]
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    if (seen[each.at] === generation) continue
    seen[each.at] = generation
    const next = follow(program[each.at] as Instruction, each, moment)
    if (next !== undefined) stack.push(...next)
    else {
      threads.at.push(each.at)
      threads.slots.push(each.slots)
    }
  }
}

/** Where an instruction that takes no byte leads, the preferred last; undefined: it takes one, or is the match. */
function follow(
  instruction: Instruction,
  { at, slots }: Thread,
  moment: Moment,
): readonly Thread[] | undefined {
  switch (instruction.op) {
    case 'jump':
      return [{ at: instruction.to, slots }]
    case 'split':
      return [
        { at: instruction.second, slots },
        { at: instruction.first, slots },
      ]
    case 'save':
      return [{ at: at + 1, slots: slots.with(instruction.slot, moment.place) }]
    case 'assert':
      return holds(instruction.what, moment.text, moment.place) ? [{ at: at + 1, slots }] : []
    case 'byte':
    case 'match':
      return undefined
    default:
      throw new Error(`unreachable: ${String(instruction satisfies never)}`)
  }
}

/** One byte for all threads; the match of one ends those that are less preferred. */
function step(threads: Threads, next: Threads, moment: Moment): Slots | undefined {
  const { program, text, place } = moment
  const byte = place < text.end ? (text.bytes[place] as number) : -1
  for (const [nth, at] of threads.at.entries()) {
    const instruction = program[at] as Instruction
    const slots = threads.slots[nth] as Slots
    if (instruction.op === 'match') return slots
    if (instruction.op === 'byte' && instruction.set[byte] === 1)
      add(next, { at: at + 1, slots }, { ...moment, place: place + 1 })
  }
  return undefined
}

function holds(what: Assertion, { bytes }: Text, place: number): boolean {
  const isWord = (at: number): boolean => WORD[bytes[at] ?? 0] === 1
  switch (what) {
    case 'line-start':
      return place === 0 || bytes[place - 1] === 10
    case 'line-end':
      return place === bytes.length || bytes[place] === 10
    case 'word-edge':
      return isWord(place - 1) !== isWord(place)
    case 'no-word-edge':
      return isWord(place - 1) === isWord(place)
    default:
      throw new Error(`unreachable: ${String(what satisfies never)}`)
  }
}
