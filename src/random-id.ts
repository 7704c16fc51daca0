import type { Effects } from './effects.ts'

/** An id that tells nothing and that nobody can guess: `size` random bytes in hexadecimal digits. */
export function randomId({ random }: Pick<Effects, 'random'>, size: number): string {
  return Buffer.from(random(size)).toString('hex')
}
