/** Fewest characters of base64 in a private key: Ed25519 in PKCS #8 has 64. */
const SHORTEST = 60
/** Different characters that a random text of this length has, and more. */
const FEWEST = 20

/**
 * Whether what follows a private key’s first line is the key: base64, in lines or in one with `\n` or `\r\n` written out,
 * each quoted or in a comment perhaps; not code that looks for it, nor an ellipsis.
 */
export function isPrivateKeyText(body: string): boolean {
  const text = body
    .replace(/\\[nrt]/g, '\n')
    .replace(/^[ \t]{0,40}(?:#|\/\/|\*|Comment:.*$)/gm, '')
    .replace(/^[^A-Za-z0-9+/=\n]{0,40}|[^A-Za-z0-9+/=\n]{0,40}$/gm, '')
    .replace(/[ \t]\+$/gm, '')
    .replace(/[\s"'`\\,;]/g, '')
  const base64 = /^[A-Za-z0-9+/]*/.exec(text)?.[0] ?? ''
  return base64.length >= SHORTEST && new Set(base64).size > FEWEST && !/[a-z]{14}|([^A])\1{7}/.test(base64)
}
