import { isMaskable } from '../../mask-policy.ts'

/** Shorter values stand in too many texts by chance. */
export const SHORTEST = 8

/** Why a value is not searched for; undefined: it is. `text` is trimmed; undefined where the value is no text. */
export function unworthy(bytes: Uint8Array, text: string | undefined): string | undefined {
  if (bytes.byteLength < SHORTEST) return `it has fewer than ${SHORTEST} characters`
  if (text === undefined) return undefined
  if (text.length < SHORTEST) return `it has fewer than ${SHORTEST} characters`
  if (!isMaskable(text) || new Set(text).size < 4) return 'it is a common word, or one character repeated'
  return COMMON.find(({ is }) => is.test(text))?.why
}

/** What is given as a secret and is none, or can't be told from what stands in any source. */
const COMMON: readonly { readonly is: RegExp; readonly why: string }[] = [
  { is: /^\d{1,11}$/, why: 'it is a number' },
  { is: /^[A-Za-z][a-z]*(?:[-_. ]?(?:[A-Za-z][a-z]*|\d{1,3})){0,2}$/, why: 'it is a word or a name' },
  { is: /^[a-z]+(?:[-_.][a-z]+){0,3}(?:[-_.]?\d{1,3})?$/, why: 'it is a word or a name' },
  { is: /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/, why: 'it is a mail address' },
  { is: /^(?:[\w-]+\.)+[a-z]{2,24}(?::\d{1,5})?$/i, why: 'it is the name of a host' },
  { is: /^[a-z][a-z\d+.-]{1,30}:\/\/[^\s@?#]*$/i, why: 'it is an address without a password' },
  { is: /^(?:\.{0,2}\/)?[a-z_.-]{1,40}\d{0,3}(?:\/[a-z_.-]{1,40}\d{0,3}){1,20}\/?$/, why: 'it is a path' },
  { is: /^\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d{1,5})?$/, why: 'it is an address' },
]
