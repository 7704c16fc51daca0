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
  complete(trie, classes.width)
  const { next, first, outputs } = renumber(trie, classes.width)
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
  /** The next state of each, by class, a row after the other; 0 where a child is missing, until it is completed. */
  readonly rows: Uint32Array
  readonly size: number
  /** The words that end at each state that ends some. */
  readonly outputs: Map<number, readonly number[]>
}

function plant(words: readonly string[], { of, width }: Classes): Trie {
  const rows = new Uint32Array((words.reduce((sum, { length }) => sum + length, 0) + 1) * width)
  const outputs = new Map<number, readonly number[]>()
  let size = 1
  for (const [index, word] of words.entries()) {
    let state = 0
    for (let at = 0; at < word.length; at++) {
      const cell = state * width + (of[word.charCodeAt(at)] as number)
      if (rows[cell] === 0) rows[cell] = size++
      state = rows[cell] as number
    }
    outputs.set(state, [...(outputs.get(state) ?? []), index])
  }
  return { rows, size, outputs }
}

/** Fills in every state's next one for every class, in breadth-first order; adds to each the words that its suffix ends. */
function complete({ rows, size, outputs }: Trie, width: number): void {
  const fail = new Uint32Array(size)
  const queue = new Uint32Array(size)
  let end = 1
  for (let at = 0; at < end; at++) {
    const state = queue[at] as number
    const fallback = (fail[state] as number) * width
    for (let column = 0; column < width; column++) {
      const cell = state * width + column
      const child = rows[cell] as number
      const other = state === 0 ? 0 : (rows[fallback + column] as number)
      if (child === 0) rows[cell] = other
      else {
        fail[child] = other
        queue[end++] = child
        inherit(outputs, child, other)
      }
    }
  }
}

function inherit(outputs: Trie['outputs'], child: number, suffix: number): void {
  const inherited = outputs.get(suffix)
  if (inherited !== undefined) outputs.set(child, [...(outputs.get(child) ?? []), ...inherited])
}

interface Table {
  readonly next: Uint16Array | Uint32Array
  /** The first state that ends a word; all after it do. */
  readonly first: number
  readonly outputs: readonly (readonly number[])[]
}

/** Puts the states that end words last, so that one comparison tells them. */
function renumber({ rows, size, outputs }: Trie, width: number): Table {
  const number = new Uint32Array(size)
  const ending = [...outputs.keys()]
  const first = size - ending.length
  for (const [nth, state] of ending.entries()) number[state] = first + nth
  let silent = 0
  for (let state = 0; state < size; state++) if (number[state] === 0) number[state] = silent++
  const next = size <= 0x10000 ? new Uint16Array(size * width) : new Uint32Array(size * width)
  for (let state = 0; state < size; state++) {
    const to = (number[state] as number) * width
    for (let column = 0; column < width; column++)
      next[to + column] = number[rows[state * width + column] as number] as number
  }
  return { next, first, outputs: ending.map((state) => outputs.get(state) ?? []) }
}
