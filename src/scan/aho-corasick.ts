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
  const { rows, outputs, ends } = trie
  const { of: classOf, shift } = classes
  return {
    find(bytes, hit) {
      let state = 0
      const { length } = bytes
      for (let at = 0; at < length; at++) {
        state = rows[(state << shift) | (classOf[bytes[at] as number] as number)] as number
        if (state >= ends) {
          state -= ends
          for (const word of outputs.get(state) ?? []) hit(word, at + 1)
        }
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
  readonly rows: Uint16Array | Uint32Array
  /** Added to a state where words end at it, so that one comparison tells. */
  readonly ends: number
  /** The cells that lead to a child, of each state in turn by `next`; 0: no further one. */
  readonly children: { readonly first: Uint32Array; readonly next: Uint32Array; readonly cell: Uint32Array }
  readonly size: number
  /** The words that end at each state that ends some. */
  readonly outputs: Map<number, readonly number[]>
}

function plant(words: readonly string[], { of, width }: Classes): Trie {
  const most = words.reduce((sum, { length }) => sum + length, 0) + 1
  const [rows, ends] =
    most <= 0x8000 ? [new Uint16Array(most * width), 0x8000] : [new Uint32Array(most * width), 0x4000_0000]
  const children = { first: new Uint32Array(most), next: new Uint32Array(most), cell: new Uint32Array(most) }
  const outputs = new Map<number, readonly number[]>()
  let size = 1
  for (const [index, word] of words.entries()) {
    let state = 0
    for (let at = 0; at < word.length; at++) {
      const cell = state * width + (of[word.charCodeAt(at)] as number)
      if (rows[cell] === 0) {
        children.cell[size] = cell
        children.next[size] = children.first[state] as number
        children.first[state] = size
        rows[cell] = size++
      }
      state = rows[cell] as number
    }
    outputs.set(state, [...(outputs.get(state) ?? []), index])
  }
  return { rows, ends, children, size, outputs }
}

/**
 * Fills in every state's next one for every class, in breadth-first order: its row is that of the longest suffix that is a
 * state too, but for its own children. Adds to each the words that its suffix ends.
 */
function complete({ rows, ends, children: { first, next, cell }, size, outputs }: Trie, width: number): void {
  const suffixes = new Uint32Array(size)
  const queue = new Uint32Array(size)
  let end = 1
  for (let at = 0; at < end; at++) {
    const state = queue[at] as number
    const suffix = suffixes[state] as number
    if (state !== 0) rows.copyWithin(state * width, suffix * width, (suffix + 1) * width)
    for (let child = first[state] as number; child !== 0; child = next[child] as number) {
      const own = cell[child] as number
      const other = state === 0 ? 0 : (rows[own] as number)
      const shorter = other >= ends ? other - ends : other
      suffixes[child] = shorter
      inherit(outputs, child, shorter)
      rows[own] = outputs.has(child) ? child + ends : child
      queue[end++] = child
    }
  }
}

function inherit(outputs: Trie['outputs'], child: number, suffix: number): void {
  const inherited = outputs.get(suffix)
  if (inherited !== undefined) outputs.set(child, [...(outputs.get(child) ?? []), ...inherited])
}
