import { PatternError, type Assertion, type ByteSet, type Node } from './node.ts'

export type Instruction =
  | { readonly op: 'byte'; readonly set: ByteSet }
  /** Goes on at both, the first preferred. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  /** Keeps where the text stands. */
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'match' }

/** More make the machine slow: its time is the text’s length times this. */
const LARGEST = 5000

/** A program for the machine, after Thompson: repeats are written out. */
export function compile(node: Node): readonly Instruction[] {
  const program: Instruction[] = []
  emit(program, { kind: 'group', of: node, nth: 0 })
  program.push({ op: 'match' })
  return program
}

function emit(program: Instruction[], node: Node): void {
  if (program.length > LARGEST) throw new PatternError('is too large: its repeats are written out')
  switch (node.kind) {
    case 'set':
      program.push({ op: 'byte', set: node.set })
      return
    case 'assert':
      program.push({ op: 'assert', what: node.what })
      return
    case 'all':
      for (const each of node.of) emit(program, each)
      return
    case 'any':
      emitAny(program, node.of)
      return
    case 'group':
      program.push({ op: 'save', slot: 2 * node.nth })
      emit(program, node.of)
      program.push({ op: 'save', slot: 2 * node.nth + 1 })
      return
    case 'repeat':
      emitRepeat(program, node)
      return
    default:
      throw new Error(`unreachable: ${String(node satisfies never)}`)
  }
}

function emitAny(program: Instruction[], of: readonly Node[]): void {
  const ends: { op: 'jump'; to: number }[] = []
  for (const [nth, each] of of.entries()) {
    if (nth === of.length - 1) {
      emit(program, each)
      break
    }
    const split = { op: 'split', first: program.length + 1, second: 0 } as const satisfies Instruction
    const open: { op: 'split'; first: number; second: number } = { ...split }
    program.push(open)
    emit(program, each)
    const end: { op: 'jump'; to: number } = { op: 'jump', to: 0 }
    ends.push(end)
    program.push(end)
    open.second = program.length
  }
  for (const end of ends) end.to = program.length
}

function emitRepeat(program: Instruction[], { of, min, max, lazy }: Extract<Node, { kind: 'repeat' }>): void {
  for (let nth = 0; nth < min; nth++) emit(program, of)
  if (max === Infinity) {
    const start = program.length
    const leave = open(program)
    emit(program, of)
    program.push({ op: 'jump', to: start })
    leave(lazy)
    return
  }
  const leaves: ((lazy: boolean) => void)[] = []
  for (let nth = min; nth < max; nth++) {
    leaves.push(open(program))
    emit(program, of)
  }
  for (const leave of leaves) leave(lazy)
}

/** Begins what may be left out; what it answers says where that ends. */
function open(program: Instruction[]): (lazy: boolean) => void {
  const split: { op: 'split'; first: number; second: number } = { op: 'split', first: 0, second: 0 }
  const inside = program.push(split)
  return (lazy) => {
    split.first = lazy ? program.length : inside
    split.second = lazy ? inside : program.length
  }
}
