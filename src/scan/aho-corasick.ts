/** Words to be found in bytes, all at once. */
export interface Automaton {
  /** Calls `hit` with the index of each word and the offset after it, by where they end; letters match in any case. */
  find(bytes: Uint8Array, hit: (word: number, end: number) => void): void
}

/**
 * Aho and Corasick's automaton as one dense table, a row a state and a column a class of bytes: its time grows with the
 * bytes alone, not with the words. Words are ASCII in lower case, none empty.
 */
export function createAutomaton(words: readonly string[]): Automaton {
  const classes = classify(words)
  const trie = plant(words, classes)
  const table = complete(trie, classes.width)
  const { next, first, outputs } = renumber(table, trie.outputs, classes.width)
  const { of: classOf, shift } = classes
  return {
    find(bytes, hit) {
      let state = 0
      const { length } = bytes
      for (let at = 0; at < length; at++) {
        state = next[(state << shift) | (classOf[bytes[at] as number] as number)] as number
        if (state >= first) for (const word of outputs[state - first] ?? []) hit(word, at + 1)
      }
    },
  }
}

interface Classes {
  /** The class of each byte; 0: in no word. */
  readonly of: Uint8Array
  readonly shift: number
  readonly width: number
}

function classify(words: readonly string[]): Classes {
  const of = new Uint8Array(256)
  let count = 1
  for (const byte of Buffer.from(words.join(''), 'latin1')) {
    if (of[byte] !== 0) continue
    of[byte] = count++
    if (byte >= 97 && byte <= 122) of[byte - 32] = of[byte]
  }
  const shift = Math.ceil(Math.log2(count + 1))
  return { of, shift, width: 1 << shift }
}

interface Trie {
  /** Children of each state by class; 0: none. */
  readonly children: readonly Uint32Array[]
  /** The words that end at each state. */
  readonly outputs: number[][]
}

function plant(words: readonly string[], { of, width }: Classes): Trie {
  const children = [new Uint32Array(width)]
  const outputs: number[][] = [[]]
  for (const [index, word] of words.entries()) {
    let state = 0
    for (const byte of Buffer.from(word, 'latin1')) {
      const row = children[state] as Uint32Array
      const column = of[byte] as number
      if (row[column] === 0) {
        row[column] = children.length
        children.push(new Uint32Array(width))
        outputs.push([])
      }
      state = row[column] as number
    }
    outputs[state]?.push(index)
  }
  return { children, outputs }
}

/** Every state's next one for every class, in breadth-first order; adds to each state the words that its suffix ends. */
function complete({ children, outputs }: Trie, width: number): readonly Uint32Array[] {
  const fail = new Uint32Array(children.length)
  const queue = [0]
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] as number
    const row = children[state] as Uint32Array
    const fallback = children[fail[state] as number] as Uint32Array
    for (let column = 0; column < width; column++) {
      const child = row[column] as number
      const other = state === 0 ? 0 : (fallback[column] as number)
      if (child === 0) row[column] = other
      else {
        fail[child] = other
        outputs[child]?.push(...(outputs[other] ?? []))
        queue.push(child)
      }
    }
  }
  return children
}

interface Table {
  readonly next: Uint16Array | Uint32Array
  /** The first state that ends a word; all after it do. */
  readonly first: number
  readonly outputs: readonly (readonly number[])[]
}

/** Puts the states that end words last, so that one comparison tells them. */
function renumber(rows: readonly Uint32Array[], outputs: readonly number[][], width: number): Table {
  const silent = outputs.flatMap((words, state) => (words.length === 0 ? [state] : []))
  const ending = outputs.flatMap((words, state) => (words.length > 0 ? [state] : []))
  const order = [...silent, ...ending]
  const number = new Uint32Array(rows.length)
  for (const [position, state] of order.entries()) number[state] = position
  const size = rows.length * width
  const next = rows.length <= 0x10000 ? new Uint16Array(size) : new Uint32Array(size)
  for (const [position, state] of order.entries())
    for (const [column, target] of (rows[state] ?? []).entries())
      next[position * width + column] = number[target] ?? 0
  return { next, first: silent.length, outputs: ending.map((state) => outputs[state] ?? []) }
}
