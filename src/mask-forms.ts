import { redact } from './foreign-text.ts'
import { base64Cores, documentEncodings, encodingsOf, runnerEncodings } from './mask-encodings.ts'
import { createMaskIndex } from './mask-index.ts'
import { isMaskable } from './mask-policy.ts'

/**
 * Forms given to the runner until only the cheaper ones follow: about 400 passwords in full. The runner searches each,
 * and three or four encodings of each, in every later line of the job. Measured for a log of 2,000 lines
 * (scripts/measure-masks.ts, docs/adr/0003-masks.md): 1,000 forms cost 0.3 s, 3,000 0.9 s, 10,000 3 s, 50,000 14 to 34 s.
 */
export const BUDGET = 3000
/** Bytes of a value beyond which hex and URL encodings of it are left out: nobody prints them, and they are long. */
const LARGE = 64 * 1024

/** The forms that the runner was told, each once, and what it makes of them. */
export interface Forms {
  /** A part of a value as it is. */
  addPart(part: string): void
  /** Every encoding of a value; of a large one, or past the budget, base64 and base64url alone. */
  addEncodings(value: Uint8Array, text: string | undefined): void
  /** Tells the runner, in one go, what was added since the last time; must come before anything else is done. */
  tell(): void
  /** Whether the budget is spent. */
  readonly spent: boolean
  covers(text: string): boolean
  redact(text: string): string
}

export function createForms(emit: (forms: readonly string[]) => void): Forms {
  const told = new Set<string>()
  const index = createMaskIndex()
  const untold: string[] = []
  const add = (form: string): void => {
    if (told.has(form)) return
    told.add(form)
    index.add(form)
    untold.push(form)
  }
  const addDocument = (content: Uint8Array): void => documentEncodings(content).forEach(add)
  return {
    addPart(part) {
      add(part)
      const cores = base64Cores(Buffer.from(part)).filter(isMaskable)
      for (const each of [...runnerEncodings(part), ...cores]) index.add(each)
    },
    addEncodings(value, text) {
      if (told.size >= BUDGET || value.byteLength > LARGE) addDocument(value)
      else encodingsOf(value, text).forEach(add)
    },
    tell() {
      if (untold.length > 0) emit(untold.splice(0))
    },
    get spent() {
      return told.size >= BUDGET
    },
    covers: (text) => index.findAll(text).next().done !== true,
    redact: (text) => redact(text, index.findAll(text)),
  }
}
