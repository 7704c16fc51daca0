import { findLeaks, type Canary } from '../scenarios/canaries.ts'
import { CANARY } from './target.ts'

const canary: Canary = { name: 'the canary', value: Buffer.from(CANARY), parts: [] }
/** What is left of one that was cut: any third of its digits. */
const PIECES = CANARY.slice(-24).match(/.{8}/g) ?? []

/** What of the canary is in the text, in whatever encoding, with its surroundings; undefined where nothing is. */
export function leakIn(text: string): string | undefined {
  const piece = PIECES.find((each) => text.includes(each))
  const found =
    piece === undefined ? findLeaks(text, [canary]) : [{ encoding: 'a piece', offset: text.indexOf(piece) }]
  const leak = found.at(0)
  return leak === undefined
    ? undefined
    : `${leak.encoding} in: ${text.slice(Math.max(0, leak.offset - 100), leak.offset + 60)}`
}
