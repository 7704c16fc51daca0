import { createAutomaton } from './aho-corasick.ts'
import type { Match } from './match.ts'
import { REACH, type Groups, type Rule } from './rules/rule.ts'
import type { ScanText } from './text.ts'
import { NO_WATCH, type Watch } from './watch.ts'

/** Bytes after which a stretch of overlapping neighbourhoods is searched, so that the watch is asked now and then. */
const STRETCH = 64 * 1024

export type RuleMatcher = (text: ScanText, watch?: Watch) => readonly Match[]

/**
 * Finds what the rules describe: all keywords in one pass over the bytes, then each rule's pattern in the neighbourhood
 * of its own keywords alone.
 */
export function ruleMatcher(rules: readonly Rule[]): RuleMatcher {
  const keywords = [...new Set(rules.flatMap((rule) => rule.keywords))]
  const automaton = createAutomaton(keywords)
  const searches = rules.map(prepare)
  const byKeyword = keywords.map((word) => ({
    size: word.length,
    of: rules.flatMap((rule, nth) => (rule.keywords.includes(word) ? [nth] : [])),
  }))
  return (text, watch = NO_WATCH) => {
    const found: Match[] = []
    const spans = openSpans(searches, (search, start, end) => {
      if (!watch.expired()) search.run({ text: text.latin1, start, end }, found)
    })
    automaton.find(text.bytes, (word, end) => {
      const keyword = byKeyword[word]
      if (keyword === undefined) return
      for (const nth of keyword.of) spans.extend(nth, end - keyword.size, end)
    })
    spans.close(text.bytes.length)
    return unique(found)
  }
}

interface Span {
  readonly text: string
  readonly start: number
  readonly end: number
}

interface Search {
  readonly before: number
  readonly after: number
  readonly run: (span: Span, found: Match[]) => void
}

interface Spans {
  extend(rule: number, start: number, end: number): void
  close(length: number): void
}

/** For each rule the stretch that is being gathered; one that ends is searched. */
function openSpans(
  searches: readonly Search[],
  search: (search: Search, start: number, end: number) => void,
): Spans {
  const starts = new Float64Array(searches.length)
  const ends = new Float64Array(searches.length).fill(-1)
  const touched: number[] = []
  return {
    extend(nth, start, end) {
      const own = searches[nth] as Search
      const from = Math.max(0, start - own.before)
      const open = ends[nth] as number
      if (open < 0) touched.push(nth)
      else if (from <= open && end - (starts[nth] as number) < STRETCH) {
        ends[nth] = Math.max(open, end + own.after)
        return
      } else search(own, starts[nth] as number, open)
      starts[nth] = from
      ends[nth] = end + own.after
    },
    close(length) {
      for (const nth of touched)
        search(searches[nth] as Search, starts[nth] as number, Math.min(length, ends[nth] as number))
    },
  }
}

function prepare(rule: Rule): Search {
  const { before, after } = rule.reach ?? REACH
  const flags = rule.pattern.flags.replace(/[dgy]/g, '')
  // Of hundreds of rules a run needs a few.
  let compiled: { readonly pattern: RegExp; readonly precise: RegExp } | undefined
  return {
    before,
    after,
    run(span, found) {
      const { pattern, precise } = (compiled ??= compile(rule.pattern.source, flags))
      const wide = { ...span, start: Math.max(0, span.start - after), end: span.end + before + after }
      const narrow = matchesOf(pattern, span)
      const { text, matches } = narrow.cut ? matchesOf(pattern, wide) : narrow
      const origin = narrow.cut ? wide.start : span.start
      for (const index of matches) {
        const place = locate(precise, text, index)
        if (place === undefined || rule.check?.(text.slice(place.start, place.end), place.groups) === false)
          continue
        const { start, end, key } = place
        const match = { rule: rule.id, start: origin + start, end: origin + end }
        found.push(key === undefined ? match : { ...match, key })
      }
    },
  }
}

function compile(source: string, flags: string): { pattern: RegExp; precise: RegExp } {
  return { pattern: new RegExp(source, `${flags}g`), precise: new RegExp(source, `${flags}dy`) }
}

interface Matches {
  readonly text: string
  readonly matches: readonly number[]
  /** Whether one touches the end of a stretch where the text goes on: there it may be but a part of something else. */
  readonly cut: boolean
}

function matchesOf(pattern: RegExp, { text: whole, start, end }: Span): Matches {
  const text = whole.slice(start, end)
  const matches: number[] = []
  let cut = false
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const stop = match.index + match[0].length
    matches.push(match.index)
    cut ||= (match.index === 0 && start > 0) || (stop === text.length && end < whole.length)
    if (match[0] === '') pattern.lastIndex++
  }
  return { text, matches, cut }
}

interface Placed {
  readonly start: number
  readonly end: number
  readonly key: string | undefined
  readonly groups: Groups
}

/** Where the secret stands in what matched: the group `secret`, else the first, else the whole. */
function locate(precise: RegExp, text: string, index: number): Placed | undefined {
  precise.lastIndex = index
  const match = precise.exec(text)
  if (match === null) return undefined
  const groups: Groups = match.groups ?? {}
  const [whole, first] = match.indices ?? []
  const place = match.indices?.groups?.['secret'] ?? first ?? whole
  if (place === undefined || place[0] === place[1]) return undefined
  return { start: place[0], end: place[1], key: groups['key'], groups }
}

/** Stretches overlap, so the same may have been found twice. */
function unique(found: readonly Match[]): readonly Match[] {
  if (found.length < 2) return found
  return [...new Map(found.map((match) => [`${match.rule} ${match.start}`, match])).values()]
}
