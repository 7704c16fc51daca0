import { entropyOf } from './entropy.ts'
import { isPassword } from './password.ts'
import { isPlaceholder } from './placeholder.ts'
import type { Groups, Rule } from './rule.ts'
import { isWordy } from './wordy.ts'

/**
 * What stands between the name and its value: quotes that close, a sign, quotes that open. After a comma or a bracket only
 * what is in quotes is a value; after a space only what an option is given.
 */
export const SIGNS = String.raw`[\\"'\x60\])]{0,4}(?:[ \t]{0,20}(?::=|=>|={1,3}|[:>])[ \t]{0,20}[\\"'\x60([]{0,4}|[,(][ \t]{0,20}[\\"'\x60]{1,2}|(?<space>[ \t]{1,4})["']?)`

/** What is assigned to a name that says it is secret, and looks as if nobody could have thought of it. */
export const GENERIC = [
  {
    id: 'generic-credential',
    description: 'value of a variable or field named as a credential',
    severity: 'high',
    remedy: 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
    pattern: new RegExp(
      '(?<!\\.svg\\?)(?:pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|access|auth|private|encryption|signing|master|account|service)[-_]?key|credentials?)' +
        '(?:[-_]?(?:value|prod|production|staging|dev|base64|key|[0-9]))?' +
        `(?<=(?<key>[\\w.-]{3,64}))${SIGNS}` +
        '(?<secret>[\\w+/=.~!@#$%^*?-]{10,128})(?![\\w+/=.~!@#$%^*?(\\[{:-])',
      'i',
    ),
    keywords: ['pass', 'pwd', 'secret', 'token', 'key', 'credential'],
    reach: { before: 80, after: 240 },
    check: isCredential,
  },
] as const satisfies readonly Rule[]

/** Names that hold something else than the credential itself, or what everybody may know. */
const OTHER_NAME =
  /public|hash|digest|checksum|fingerprint|sum$|csrf|xsrf|page|continu|next|cursor|cancel|sort|example|sample|dummy|fake|mock|test|placeholder|expected|invalid|wrong|bad|old|sync|resource|color|colour|reserved|keyword|shared|exporter|mac_?key/i
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i
/** Versions, dates, addresses, names of files, expressions. */
const STRUCTURED =
  /^v?\d{1,4}[.-]\d|^[\d.:-]*$|^\/|^\.|\.\w{2,4}$|[a-z]\.[a-z]|\*\*|==.|&&|%[0-9a-f]{2}|=>|^sha\d{1,3}-|^arn:|^projects\//i
const FEWEST_BITS = 3.05
const LONG = 16
const FEWEST_BITS_LONG = 3.3

/** Names of things, not values: `testApiKey2`. */
const NAME = /mock|fake|dummy|test|token|secret|passw|api_?key|access_?key|^Eby8vdM02xNOcq/i

function isCredential(secret: string, { key = '', space }: Groups): boolean {
  if (space !== undefined && !key.startsWith('--')) return false
  if (OTHER_NAME.test(key) || UUID.test(secret) || STRUCTURED.test(secret) || NAME.test(secret)) return false
  return looksRandom(secret) && looksRandom(decoded(secret))
}

function looksRandom(secret: string): boolean {
  if (!/[0-9]/.test(secret) || !/[a-z]/i.test(secret) || isWordy(secret)) return false
  const bits = entropyOf(secret)
  if (bits < (secret.length < LONG ? FEWEST_BITS : FEWEST_BITS_LONG)) return false
  return !isPlaceholder(secret) && isPassword(secret)
}

/** What base64 says, if that is text. */
function decoded(secret: string): string {
  if (!/^[A-Za-z0-9+/]{10,}={0,2}$/.test(secret) || secret.length % 4 !== 0) return secret
  const text = Buffer.from(secret, 'base64').toString('latin1')
  return /^[\x20-\x7e\r\n]+$/.test(text) ? text.trim() : secret
}
