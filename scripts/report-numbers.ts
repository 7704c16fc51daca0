/** Prints what failed in a vitest JSON report, and its numbers last: `node scripts/report-numbers.ts REPORT`. */
import { readFileSync } from 'node:fs'
import path from 'node:path'

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly Test[]
  }[]
}

interface Test {
  readonly fullName: string
  readonly status: string
  readonly failureMessages: readonly string[] | null
}

/** So many of a file: where all of it fails, it does so for one reason. */
const MOST_OF_A_FILE = 5

const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Report
for (const { name, status, message, assertionResults } of report.testResults) {
  const file = path.relative(process.cwd(), name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  for (const { fullName, failureMessages } of failed.slice(0, MOST_OF_A_FILE))
    say(`${file} > ${fullName}: ${firstLine(failureMessages?.[0] ?? '')}`)
  if (failed.length > MOST_OF_A_FILE) say(`${file}: ${failed.length - MOST_OF_A_FILE} more`)
  if (status === 'failed' && failed.length === 0) say(`${file}: ${firstLine(message)}`)
}
// A file that could not be loaded has no tests that failed, and yet it failed.
const unloaded = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
)
say(`${report.numPassedTests} passed, ${report.numFailedTests + unloaded.length} failed`)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.slice(0, 300) ?? ''
}
