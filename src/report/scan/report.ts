import type { Log } from '../../effects.ts'
import type { ScanOutcome } from '../../outcome.ts'
import type { Finding } from '../../scan/finding.ts'
import type { ModeReport } from '../mode-report.ts'

export function scanReport(outcome: ScanOutcome): ModeReport {
  return {
    describe: (log) => {
      describe(outcome, log)
    },
    title: TITLES[outcome.kind],
    summary: { head: [], rows: [] },
    outputs: {},
    planFile: undefined,
    audit: { kind: outcome.kind, set: undefined, lines: [] },
  }
}

const TITLES = {
  clean: 'No secrets found',
  allowed: 'All that was found is allowed',
  found: 'Secrets found',
  'could-not-look': undefined,
} as const satisfies Record<ScanOutcome['kind'], string | undefined>

function describe({ kind, about, result, layers, skipped }: ScanOutcome, log: Log): void {
  const { found, allowed, unscanned, files, size } = result
  for (const { name, on, why } of layers)
    if (!on || why !== undefined) log.warning(`${name}: ${on ? 'not whole' : 'off'}: ${why ?? ''}`)
  for (const { secret, why } of skipped) log.info(`${secret} is not searched for: ${why}`)
  for (const { path, why } of unscanned) log.info(`not looked at: ${path}: ${why}`)
  for (const finding of found) log.info(describeFinding(finding))
  log.info(
    `${about}: ${kind}: ${files} files, ${size} bytes, ${found.length} found, ${allowed.length} allowed`,
  )
}

function describeFinding({ path, line, column, rule, secret, key, commit }: Finding): string {
  const what = [rule, secret, key].filter((each) => each !== undefined).join(' ')
  return `${path}:${line}:${column}: ${what}${commit === undefined ? '' : ` (added by ${commit.slice(0, 12)})`}`
}
