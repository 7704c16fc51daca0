import { crc32 } from 'node:zlib'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE62_SUM = 6

/** Six digits in base62 of the CRC-32 of a text, as tokens of GitHub and npm end. */
export function base62Sum(text: string): string {
  let rest = crc32(text)
  let sum = ''
  while (sum.length < BASE62_SUM) {
    sum = `${BASE62[rest % BASE62.length] ?? ''}${sum}`
    rest = Math.floor(rest / BASE62.length)
  }
  return sum
}

/** Whether what follows the first `_` ends with the base62 sum of what comes before that. */
export function hasBase62Sum(secret: string): boolean {
  const body = secret.slice(secret.indexOf('_') + 1)
  return base62Sum(body.slice(0, -BASE62_SUM)) === body.slice(-BASE62_SUM)
}

/** Seven digits in base36 of the CRC-32 of a text, as GitLab's routable tokens end. */
export function base36Sum(text: string): string {
  return crc32(text).toString(36).padStart(7, '0')
}

/** Eight hexadecimal digits of the CRC-32 of a text, lowest byte first. */
export function littleEndianSum(text: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(crc32(text))
  return bytes.toString('hex')
}
