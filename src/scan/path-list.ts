/**
 * Whether a path in the repository is one that a pattern means: `*` and `?` within a folder's or file's name, `**` over
 * folders. A pattern of a folder, or one that ends in `/`, means all below it.
 */
export function matchesPath(pattern: string, path: string): boolean {
  const wanted = pattern
    .replace(/^\.?\//, '')
    .replace(/\/$/, '')
    .split('/')
  return matchSteps(wanted, path.split('/'))
}

/** Which steps of the pattern may come next, one step of the path after the other: no way is gone twice. */
function matchSteps(pattern: readonly string[], path: readonly string[]): boolean {
  let open = follow(pattern, new Set([0]))
  for (const step of path) {
    const next = [...open].flatMap((at) => {
      if (pattern[at] === '**') return [at, at + 1]
      return at < pattern.length && matchesName(pattern[at] ?? '', step) ? [at + 1] : []
    })
    open = follow(pattern, new Set(next))
    if (open.has(pattern.length)) return true
    if (open.size === 0) return false
  }
  return open.has(pattern.length)
}

/** `**` may be nothing. */
function follow(pattern: readonly string[], open: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(open)
  for (const at of all) if (pattern[at] === '**' && at + 1 < pattern.length) all.add(at + 1)
  return all
}

/** `*` and `?` in a name; going back only ever to the last `*`. */
function matchesName(pattern: string, name: string): boolean {
  let [at, from, star, mark] = [0, 0, -1, 0]
  while (from < name.length) {
    if (pattern[at] === '*') [star, mark, at] = [at, from, at + 1]
    else if (pattern[at] === '?' || pattern[at] === name[from]) [at, from] = [at + 1, from + 1]
    else if (star === -1) return false
    else [at, mark, from] = [star + 1, mark + 1, mark + 1]
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
