export const FILTERS = ['uri', 'base64', 'json'] as const
export type Filter = (typeof FILTERS)[number]

export function isFilter(text: string): text is Filter {
  return (FILTERS as readonly string[]).includes(text)
}

/** The value under a filter. `uri` and `json` take UTF-8 only; the caller has made sure. */
export function applyFilter(filter: Filter, value: Uint8Array): Uint8Array {
  const bytes = Buffer.from(value)
  switch (filter) {
    case 'uri':
      return Buffer.from(encodeUri(bytes.toString('utf8')))
    case 'base64':
      return Buffer.from(bytes.toString('base64'))
    case 'json':
      return Buffer.from(encodeJson(bytes.toString('utf8')))
    default:
      throw new Error(`unreachable: ${String(filter satisfies never)}`)
  }
}

/** Everything but the unreserved characters of RFC 3986, section 2.3. */
function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** A JSON string with its quotes, escaped as Go's encoding/json does, so that an operator's `toJson` gives the same. */
function encodeJson(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
