import { isBrief, isMaskable, isMaskableLine } from './mask-policy.ts'

/** JSON inside of JSON, and so on, is followed this deep. */
const DEPTH = 3
/** Leaves of a JSON value beyond this many are not masked one by one. */
const LEAVES = 1000
/** URLs of a value beyond this many, and characters of one beyond this many, are not searched for user-info. */
const URLS = 1000
const URL_LENGTH = 4096

/** The texts inside a value that must be masked as well as (or, having line breaks, instead of) the whole. */
export interface Parts {
  /** Lines of the value and of its fields; itself, where it is one line. None of them holds a line break. */
  readonly lines: readonly string[]
  /** Fields of JSON, user-info of URLs, credentials of registries: values themselves, some of several lines. */
  readonly fields: readonly string[]
}

/**
 * The parts of a trimmed text. A whole of several lines is not among the lines: the runner would make each a mask, `{`
 * and `users:` included, and no line of a log can hold it. JSON of several lines is masked by its leaves alone, since
 * a line such as `"enabled": true,` is no secret.
 */
export function partsOf(text: string): Parts {
  const leaves = leavesOf(text, DEPTH)
  const fields = [...new Set([...leaves, ...userInfos(text)])].filter(isMaskable)
  const own = leaves.length > 0 && isSplit(text) ? [] : linesOf(text)
  return { lines: [...new Set([...own, ...fields.flatMap(linesOf)])], fields }
}

function isSplit(text: string): boolean {
  return /[\r\n]/.test(text)
}

function linesOf(text: string): string[] {
  if (!isSplit(text)) return [text]
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter(isMaskableLine)
}

/** Strings and numbers of a JSON object or array, as they are written and as they are meant. */
function leavesOf(text: string, depth: number): string[] {
  if (depth === 0 || !/^[[{]/.test(text)) return []
  const leaves: string[] = []
  const visit = (key: string, value: unknown, context?: { source?: string }): unknown => {
    if (leaves.length >= LEAVES) return value
    if (typeof value === 'string') leaves.push(...stringLeaf(key, value.toWellFormed().trim(), depth))
    if (typeof value === 'number') leaves.push(context?.source ?? String(value))
    return value
  }
  try {
    JSON.parse(text, visit)
  } catch {
    return [] // not JSON, or nested beyond all reason: its lines are masked
  }
  return leaves
}

function stringLeaf(key: string, value: string, depth: number): string[] {
  if (isBrief(value) && NO_SECRETS.has(key.toLowerCase())) return []
  const registry = key === 'auth' ? credentials(decodeBase64(value)) : []
  return [value, ...registry, ...userInfos(value), ...leavesOf(value, depth - 1)]
}

/** The names of short leaves that are left alone: a mask of `aura` would destroy `aura-production` in the log. */
const NO_SECRETS: ReadonlySet<string> = new Set(
  (
    'user username name host hostname port database dbname db engine region email type kind scheme ' +
    'protocol ssl sslmode version id account environment'
  ).split(' '),
)

/** `user:password` and the password, as they stand in each URL of a text and decoded. */
function userInfos(text: string): string[] {
  return urlsOf(text).flatMap((rest) => {
    const info = userInfo(rest)
    return [...new Set([info, decodePercent(info)])].flatMap(credentials)
  })
}

/** What follows `://`. Not by one expression over the whole text, which takes the square of its length. */
function urlsOf(text: string): string[] {
  const urls: string[] = []
  for (let at = text.indexOf('://'); at >= 0 && urls.length < URLS; at = text.indexOf('://', at + 3)) {
    const [rest = ''] = /^\S*/.exec(text.slice(at + 3, at + 3 + URL_LENGTH)) ?? []
    urls.push(rest)
  }
  return urls
}

/** What stands before the `@` of an authority, also where a password holds a `/` that it should have encoded. */
function userInfo(rest: string): string {
  const authority = rest.slice(0, /[/?#]|$/.exec(rest)?.index)
  const at = authority.lastIndexOf('@')
  if (at >= 0) return authority.slice(0, at)
  const late = rest.slice(0, Math.max(0, rest.lastIndexOf('@')))
  return late.includes(':') ? late : ''
}

/** A user alone is a token where it is long enough to be one (`https://ghp_…@github.com`). */
function credentials(pair: string): string[] {
  const colon = pair.indexOf(':')
  if (colon < 0) return isBrief(pair) ? [] : [pair]
  const password = pair.slice(colon + 1)
  return isMaskable(password) ? [pair, password] : []
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function decodeBase64(text: string): string {
  const decoded = Buffer.from(text, 'base64').toString('utf8')
  return /^[^\p{Cc}\ufffd]+$/u.test(decoded) ? decoded : ''
}
