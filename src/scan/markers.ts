/** What a comment says of the line it stands on, or of the next. */
export interface Marker {
  /** The rule that it is about; undefined: any. */
  readonly rule: string | undefined
  readonly reason: string
  readonly target: 'same' | 'next'
  /** Whether it is in our own words. Other tools' are not taken for known values. */
  readonly own: boolean
}

/** The markers in a line. One of ours without a rule or a reason is none. */
export function markersIn(line: string): readonly Marker[] {
  if (!MAYBE.test(line)) return []
  const own = [...line.matchAll(OWN)].map(([, next, rule = '', reason = '']): Marker => ({
    rule,
    reason: reason.replace(/\s*(?:\*\/|-->|\*\}|#\}|%>|\}\})\s*$/, '').trim(),
    target: next === undefined ? 'same' : 'next',
    own: true,
  }))
  const others = OTHERS.filter(({ pattern }) => pattern.test(line)).map(({ target, name }): Marker => ({
    rule: undefined,
    reason: name,
    target,
    own: false,
  }))
  return [...own.filter(({ reason }) => reason !== ''), ...others]
}

const MAYBE = /allow|whitelist|ignore|disable|nosec|noqa|skip/i

const OWN = /\bsecretferry:allow(-next-line)?[ \t]{1,8}([a-z0-9][a-z0-9-]{0,79})[ \t]{1,8}([^\n]{1,500})/g

/** What other scanners take, in their documentation's words. */
const OTHERS: readonly {
  readonly name: string
  readonly pattern: RegExp
  readonly target: 'same' | 'next'
}[] = [
  { name: 'gitleaks:allow', pattern: /gitleaks:allow/, target: 'same' },
  { name: 'betterleaks:allow', pattern: /betterleaks:allow/, target: 'same' },
  { name: 'trufflehog:ignore', pattern: /trufflehog:ignore/, target: 'same' },
  { name: 'pragma: allowlist secret', pattern: /pragma:? ?(?:allow|white)list[ -]secret/i, target: 'same' },
  {
    name: 'pragma: allowlist nextline secret',
    pattern: /pragma:? ?(?:allow|white)list[ -]nextline[ -]secret/i,
    target: 'next',
  },
  { name: 'ggignore', pattern: /\bggignore\b/, target: 'same' },
  { name: 'kingfisher:ignore', pattern: /kingfisher:ignore/, target: 'same' },
  { name: 'secretlint-disable-line', pattern: /secretlint-disable-line/, target: 'same' },
  { name: 'secretlint-disable-next-line', pattern: /secretlint-disable-next-line/, target: 'next' },
  { name: 'nosec', pattern: /#\s?nosec\b(?!\s+[BG](?!10[1567]\b)\d)/, target: 'same' },
  { name: 'noqa: S105', pattern: /#\s?noqa:[ A-Z0-9,]{0,40}\bS10[567]\b/, target: 'same' },
  { name: 'checkov:skip', pattern: /checkov:skip=CKV_SECRET_\d+/, target: 'same' },
]
