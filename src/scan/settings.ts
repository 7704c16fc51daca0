import * as z from 'zod'
import { parseYaml, type Plain } from '../config/document.ts'
import { scanSchema, type ScanSettings } from '../config/schema/scan.ts'
import { validate } from '../config/validate.ts'
import { throwIfAny } from '../error.ts'
import type { AllowEntry } from './judge.ts'

/**
 * The `scan:` block in the text of a configuration file; nothing else of the file is looked at. Throws every problem of it
 * together. In a pull request the text is that of the base commit.
 */
export function parseScanSettings(text: string, file: string): ScanSettings {
  const document = parseYaml(text, (line, column) => ({ file, line, column }))
  throwIfAny(document.problems)
  const checked = validate(wholeSchema, isMapping(document.root) ? document.root : {}, document.place)
  if ('problems' in checked) throwIfAny(checked.problems)
  return 'problems' in checked ? {} : (checked.value.scan ?? {})
}

const wholeSchema = z.looseObject({ scan: scanSchema.optional() })

export function allowEntries({ allow = [] }: ScanSettings): readonly AllowEntry[] {
  return allow.map(({ paths, rules, keys, reason }) => ({ paths, rules, keys, reason }))
}

function isMapping(value: Plain): value is { readonly [key: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
