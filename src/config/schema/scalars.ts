import * as z from 'zod'
import { parseDuration } from '../../duration.ts'

/** A scalar taken as it was written; the published JSON Schema lets editors accept unquoted numbers and booleans too. */
export const text = (): z.ZodString => z.string().meta({ scalar: true })
/** `true` or `false`, as written. */
export const bool = z.enum(['true', 'false']).transform((word) => word === 'true')

/** A whole number, at least and at most these. */
export const integer = (minimum: number, maximum: number): z.ZodType<number, string> =>
  z
    .string()
    .refine(
      (word) => /^\d{1,9}$/.test(word) && Number(word) >= minimum && Number(word) <= maximum,
      `a number from ${minimum} to ${maximum}`,
    )
    .transform(Number)
    .meta({ integer: { minimum, maximum } })

/** A time of at least a second: `30s`, `5m`, `1h`. In milliseconds. */
export const duration = (): z.ZodType<number, string> =>
  z
    .string()
    .refine((word) => parseDuration(word, false) !== undefined, 'a time: `30s`, `5m`, `1h`')
    .transform((word) => parseDuration(word, false) ?? 0)

/** A mapping of names to texts. */
export const words = z.record(z.string(), text())
/** What a value may be called. */
export const valueName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name is made of letters, digits, `.`, `_` and `-`')

/** Text that placeholders are filled in. */
export const template = (): z.ZodString =>
  text().describe('Text with `${value-name}` or `${store://key|filter}` placeholders.')

/** What a later version has: anything is taken here, and refused by name where it is used. */
export const later = z.looseObject({})
