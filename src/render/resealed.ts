import type { Reason, Sealed } from '../seal/sealing.ts'

/** Why values of an object were sealed anew though they had not changed. */
export interface Resealed {
  readonly name: string
  readonly reasons: Sealed['reasons']
  /** Whether comments and the order of keys were kept. */
  readonly commentsKept: boolean
}

/** What each reason means; the values that it holds for are counted before it. */
const WORDS: Readonly<Record<Reason, string>> = {
  'no-key': 'there is no fingerprint key, so that nothing can be known to be unchanged',
  'no-fingerprint': 'the file has no fingerprint of them: another tool sealed them, or there was no key',
  'other-key': 'their fingerprints were made with another key',
  'new-certificate': 'the certificate is a new one',
  tampered: 'their fingerprints or ciphertexts are not as they were made here: somebody has edited them',
}

const HOW =
  'To keep unchanged ciphertexts as they are, give a `fingerprint-key`: openssl rand -hex 32 | gh secret set FINGERPRINT_KEY'
/** Objects that are named for a reason. */
const NAMED = 5

/** One sentence a reason, with how many values and which objects; and how to get quiet diffs where there is no key. */
export function describeReasons(
  all: readonly Resealed[],
  { hasKey }: { hasKey: boolean },
): readonly string[] {
  const byReason = Map.groupBy(
    all.flatMap(({ name, reasons }) => reasons.map(({ reason }) => ({ name, reason }))),
    ({ reason }) => reason,
  )
  const sentences = [...byReason].map(([reason, found]) => {
    const names = [...new Set(found.map(({ name }) => name))]
    return `${found.length === 1 ? '1 value was' : `${found.length} values were`} sealed anew in ${listed(names)}: ${WORDS[reason]}`
  })
  const lost = all.filter(({ commentsKept }) => !commentsKept).map(({ name }) => name)
  return [
    ...sentences,
    ...(hasKey || all.length === 0 ? [] : [HOW]),
    ...(lost.length === 0
      ? []
      : [`written anew, without the comments that were in the file: ${listed(lost)}`]),
  ]
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(', ')
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown
}
