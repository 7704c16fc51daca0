const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const PREFIX = 'age-secret-key-'
const SUM = 6

/** Whether an age identity has the checksum of Bech32 (BIP 173). */
export function isAgeIdentity(secret: string): boolean {
  return ageSum(secret.slice(0, -SUM)) === secret.slice(-SUM)
}

/** The checksum of an age identity without it. */
export function ageSum(identity: string): string {
  const data = Array.from(identity.slice(PREFIX.length + 1).toLowerCase(), (each) => ALPHABET.indexOf(each))
  const prefix = Array.from(PREFIX, (character) => character.charCodeAt(0))
  const values = [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...data]
  const sum = checksum([...values, ...new Array<number>(SUM).fill(0)]) ^ 1
  return Array.from({ length: SUM }, (_, nth) => ALPHABET[(sum >>> (5 * (SUM - 1 - nth))) & 31] ?? '')
    .join('')
    .toUpperCase()
}

function checksum(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (const [bit, generator] of GENERATOR.entries()) if ((top >> bit) & 1) sum ^= generator
  }
  return sum
}
