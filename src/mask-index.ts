import { SHORTEST } from './mask-policy.ts'

export interface Find {
  readonly start: number
  readonly end: number
}

/** Texts to be found in other texts: the time of a search grows with what is searched, not with how many there are. */
export interface MaskIndex {
  /** `text` has as many characters as the shortest mask, or more; once is enough. */
  add(text: string): void
  /** Every place of every text, those that overlap too, by where it starts. */
  findAll(text: string): Generator<Find>
}

/** Texts by their first characters, which are as many as the shortest mask has. */
export function createMaskIndex(): MaskIndex {
  const known = new Set<string>()
  const byStart = new Map<number, string[]>()
  return {
    add(text) {
      if (known.has(text)) return
      known.add(text)
      const start = startOf(text, 0)
      const alike = byStart.get(start)
      if (alike === undefined) byStart.set(start, [text])
      else alike.push(text)
    },
    *findAll(text) {
      for (let start = 0; start + SHORTEST <= text.length; start++) {
        for (const each of byStart.get(startOf(text, start)) ?? [])
          if (text.startsWith(each, start)) yield { start, end: start + each.length }
      }
    },
  }
}

/** A number for the characters from `at` on; others may have the same. */
function startOf(text: string, at: number): number {
  let start = 0
  for (let nth = at; nth < at + SHORTEST; nth++) start = (Math.imul(start, 131) + text.charCodeAt(nth)) | 0
  return start
}
