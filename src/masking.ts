import { createHash } from 'node:crypto'
import { singleLine } from './foreign-text.ts'
import { BUDGET, createForms, type Forms } from './mask-forms.ts'
import { partsOf } from './mask-parts.ts'
import { isBrief, judge, type Verdict } from './mask-policy.ts'

/** Fields of one value that are masked in every encoding; further ones as they are. */
const ENCODED_FIELDS = 50

/** Keeps values out of everything that is printed. */
export interface Masks {
  /**
   * Has the runner mask a value in every form that docs/masking.md names; must come before anything else is done with it.
   * Warns, by `name`, where that can't be done or is risky. A value that is known already costs a digest.
   */
  register(value: Uint8Array, name: string): void
  /**
   * Masks a value that was found in the cluster, to be compared and perhaps put back, but never shown. Quiet, and only
   * where a mask does no harm: what is under 8 characters there may be a user or database name, and no secret at all.
   */
  registerLive(value: Uint8Array): void
  /** Tells that a text stands in the repository for everybody to read: it is never masked, not as a live value either. */
  publish(value: Uint8Array): void
  /** Foreign text made printable: registered values replaced by `***`, and one harmless line. */
  scrub(foreign: string): string
  /** Whether the runner would mask something in `text`, and so drop a job output that holds it. */
  covers(text: string): boolean
  /** The names of values that could not be masked, being too short or too common. */
  readonly unmasked: readonly string[]
}

export interface MaskEffects {
  /** Tells the runner masks: none blank or with line breaks, not yet escaped as a command's data is. */
  readonly emit: (forms: readonly string[]) => void
  readonly warn: (text: string) => void
}

export function createMasks({ emit, warn }: MaskEffects): Masks {
  const forms = createForms(emit)
  const verdicts = new Map<string, Verdict>()
  const unmasked = new Set<string>()
  const published = new Set<string>()
  const warned = new Set<string>()
  const warnOnce = (text: string): void => {
    if (!warned.has(text)) warn(text)
    warned.add(text)
  }
  const verdictOf = (value: Uint8Array, key = digest(value)): Verdict => {
    const verdict = verdicts.get(key) ?? admit(value, forms)
    forms.tell()
    verdicts.set(key, verdict)
    return verdict
  }
  return {
    registerLive(value) {
      const key = digest(value)
      if (value.byteLength >= LIVE_SHORTEST && !published.has(key)) verdictOf(value, key)
    },
    publish(value) {
      published.add(digest(value))
    },
    register(value, name) {
      const verdict = verdictOf(value)
      if (verdict === 'bare') unmasked.add(name)
      if (verdict === 'bare' || verdict === 'brief') warnOnce(warnings[verdict](name))
      if (forms.spent) warnOnce(BUDGET_SPENT)
    },
    scrub: (foreign) => singleLine(forms.redact(foreign)),
    covers: (text) => forms.covers(text),
    get unmasked() {
      return [...unmasked]
    },
  }
}

/** From how many bytes on a live value is masked: a secret that somebody means to keep is longer. */
const LIVE_SHORTEST = 8

const warnings = {
  bare: (name: string) =>
    `${name} is not masked: it, or each of its lines, is under 4 characters, a common word or a small number, ` +
    'and a mask of that would blank out the log and make the runner drop job outputs',
  brief: (name: string) =>
    `${name} is masked, but it, or a field of it, is under 8 characters: ` +
    'the mask may blank out unrelated text and make the runner drop job outputs that contain it',
}

const BUDGET_SPENT =
  `more than ${BUDGET} masks: hex and URL encodings of further values are not masked, ` +
  'because the runner searches every mask in every line of the job'

/** Adds every form of a value, and tells how far that protects it. White space around a text is no part of it. */
function admit(value: Uint8Array, forms: Forms): Verdict {
  const text = decode(value)?.trim()
  if (text === undefined) {
    forms.addEncodings(value, undefined) // the runner can't be told bytes that are no text
    return 'masked'
  }
  const verdict = judge(text)
  if (verdict === 'blank' || verdict === 'bare') return verdict
  const { lines, fields } = partsOf(text)
  for (const line of lines) forms.addPart(line)
  for (const each of [text, ...fields.slice(0, ENCODED_FIELDS)]) forms.addEncodings(Buffer.from(each), each)
  if (lines.length === 0) return 'bare'
  return fields.some(isBrief) ? 'brief' : verdict
}

function digest(value: Uint8Array): string {
  return createHash('sha256').update(value).digest('base64')
}

/** The text of `value`, undefined where it is not UTF-8. */
function decode(value: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
  } catch {
    return undefined
  }
}
