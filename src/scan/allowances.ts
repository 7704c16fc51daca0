import type { ScanRules } from '../config/schema/scan-rules.ts'
import type { Files } from '../effects.ts'
import { DEFAULT_CONFIG } from '../inputs/declared.ts'
import type { ScanInputs } from '../inputs/scan.ts'
import { DEFAULT_BASELINE, EMPTY_BASELINE, parseBaseline, type Baseline } from './baseline.ts'
import { contentOf } from './content.ts'
import type { AllowEntry } from './judge.ts'
import { scanText, type ScanText } from './text.ts'

/** Neither file is longer in earnest. */
const SIZE_LIMIT = 4 * 1024 * 1024

export interface Allowances {
  /** Whether there is a configuration file. */
  readonly configured: boolean
  readonly baseline: Baseline
  readonly allow: readonly AllowEntry[]
  /** Which rules on patterns are on, and the configuration’s own. */
  readonly rules: ScanRules
  /** What is to be said of them. */
  readonly notes: readonly string[]
}

/**
 * What the configuration and the baseline allow, of the commit that decides. Throws where one of them is broken: nothing
 * is allowed by guessing.
 */
export async function readAllowances(inputs: ScanInputs, files: Files): Promise<Allowances> {
  const config = inputs.source.kind === 'file' ? inputs.source.path : DEFAULT_CONFIG
  const text = await readSmall(config, files)
  const { allow, rules } =
    text === undefined ? { allow: [], rules: {} } : await parse(text, files.display(config))
  const off = Object.keys(rules).filter((id) => rules[id] === 'off')
  const baseline = inputs.baseline ?? DEFAULT_BASELINE
  const known = await readSmall(baseline, files)
  return {
    configured: text !== undefined,
    allow,
    rules,
    notes: [
      ...(known === undefined && inputs.baseline !== undefined
        ? [`there is no baseline at ${baseline} yet where it counts`]
        : []),
      ...(off.length === 0 ? [] : [`rules that are off: ${off.join(', ')}`]),
    ],
    baseline: known === undefined ? EMPTY_BASELINE : parseBaseline(known, files.display(baseline)),
  }
}

/** Most repositories have no file: what reads one is loaded where there is. */
async function parse(text: string, file: string): Promise<Pick<Allowances, 'allow' | 'rules'>> {
  const { allowEntries, parseScanSettings } = await import('./settings.ts')
  const settings = parseScanSettings(text, file)
  return { allow: allowEntries(settings), rules: settings.rules ?? {} }
}

/** What the commit that decides has of a file; undefined where it has none, or no text. */
export async function readText(path: string, files: Files): Promise<ScanText | undefined> {
  const content = contentOf(Buffer.from((await files.read(path, Number.MAX_SAFE_INTEGER)) ?? []))
  return content.kind === 'closed' ? undefined : scanText(path, content.bytes)
}

async function readSmall(path: string, files: Files): Promise<string | undefined> {
  const bytes = await files.read(path, SIZE_LIMIT)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}
