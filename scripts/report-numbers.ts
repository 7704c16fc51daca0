/** Prints the numbers of a vitest JSON report: `node scripts/report-numbers.ts REPORT`. */
import { readFileSync } from 'node:fs'

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Report
// A file that could not be loaded has no tests that failed, and yet it failed.
const unloaded = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
)
process.stdout.write(`${report.numPassedTests} passed, ${report.numFailedTests + unloaded.length} failed\n`)
