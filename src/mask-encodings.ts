import { isMaskable } from './mask-policy.ts'

/**
 * Every encoding in which a value may turn up and which the runner does not derive itself: base64 and base64url
 * inside of longer ones, hex, URL-encoded. None holds a line break.
 */
export function encodingsOf(bytes: Uint8Array, text: string | undefined): string[] {
  const value = Buffer.from(bytes)
  const hex = value.toString('hex')
  const all = [
    ...base64Cores(value),
    hex,
    hex.toUpperCase(),
    ...(text === undefined ? [] : textEncodings(text)),
  ]
  return [...new Set(all)].filter(isMaskable)
}

/** Base64 and base64url of a document, without the padding, which tells nothing. */
export function documentEncodings(bytes: Uint8Array): string[] {
  const encoded = Buffer.from(bytes).toString('base64').replace(/=+$/, '')
  return [...new Set([encoded, urlAlphabet(encoded)])].filter(isMaskable)
}

/**
 * What base64 makes of `value` wherever it stands in a longer text: the characters at each of the three alignments
 * that depend on `value` alone. They are in the padded and the unpadded form of the value itself too.
 */
export function base64Cores(value: Uint8Array): string[] {
  const cores = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([new Uint8Array(before), value]).toString('base64')
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + value.byteLength) * 8) / 6))
  })
  return [...cores, ...cores.map(urlAlphabet)]
}

/** How the runner itself will look for a text it was told, as far as that is no base64. */
export function runnerEncodings(text: string): string[] {
  return [
    text.replaceAll('"', '\\"'),
    text.replaceAll("'", "''"),
    JSON.stringify(text).slice(1, -1),
    strictUri(text),
    text.replace(/[<>&"']/g, (each) => XML[each] ?? each),
    ...(/^".{7,}"$/s.test(text) ? [text.slice(1, -1)] : []),
    ...ampersandParts(text),
  ]
}

function urlAlphabet(encoded: string): string {
  return encoded.replaceAll('+', '-').replaceAll('/', '_')
}

function textEncodings(text: string): string[] {
  const component = encodeURIComponent(text)
  const strict = strictUri(text)
  const form = new URLSearchParams([['', text]]).toString().slice(1)
  const encoded = [component, strict, strict.replaceAll('%20', '+'), form]
  const lower = encoded.map((each) => each.replace(/%../g, (escape) => escape.toLowerCase()))
  return [...encoded, ...lower, goJson(text)].filter((each) => each !== text && !/[\r\n]/.test(each))
}

/** Everything but the unreserved characters of RFC 3986, as .NET's Uri.EscapeDataString does. */
function strictUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** JSON as Go writes it: API servers, and our own `|json`. */
function goJson(text: string): string {
  const quoted = JSON.stringify(text).slice(1, -1)
  return quoted.replace(
    /[<>&\u2028\u2029]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const XML: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
}

/** PowerShell's error messages cut a command line at `&`: the runner masks the pieces of six characters and more. */
function ampersandParts(text: string): string[] {
  const plus = text.indexOf('&+')
  const last = text.lastIndexOf('&')
  if (last < 0) return []
  const pieces =
    plus < 0
      ? [text.slice(0, last + 1), text.slice(last + 1)]
      : [text.slice(0, plus + 2), text.slice(plus + 3)]
  return pieces.filter((piece) => piece.length >= 6)
}
