import { markdownTable } from '../markdown-table.ts'
import { SCAN_GOALS } from './goals.ts'
import type { Cost, ScanBench, ScanResult } from './scan.ts'

/** Tables of Markdown: scans beside gitleaks, and whether the goals are held. */
export function describeScans({ results, start, growth }: ScanBench): string {
  const [tree, , pull] = results
  const rows = [
    ...(tree?.gitleaks === undefined ? [] : [ratioRow(tree, tree.gitleaks)]),
    ...(pull === undefined
      ? []
      : [row('A pull request of 50 files', pull.secretferry.cpu, SCAN_GOALS.pull, 's of processor time')]),
    row('Start to finish on one file, above bare Node', start.action - start.node, SCAN_GOALS.start, 's'),
    ...(tree === undefined ? [] : [row('Peak memory', tree.secretferry.memory, SCAN_GOALS.memory, 'MB')]),
    row('Time for each megabyte, against a tenth of the input', growth, SCAN_GOALS.growth, 'times'),
  ]
  return [
    markdownTable(['Scan of', 'Size', 'Secretferry', 'gitleaks', 'Findings (both)'], results.map(resultRow)),
    markdownTable(['', 'Measured', 'Goal', 'Held'], rows),
  ].join('\n\n')
}

function resultRow({ what, megabytes, secretferry, gitleaks }: ScanResult): string[] {
  const findings = `${secretferry.findings} / ${gitleaks?.findings ?? '–'}`
  return [
    what,
    `${megabytes.toFixed(1)} MB`,
    describe(secretferry, megabytes),
    gitleaks === undefined ? 'not measured' : describe(gitleaks, megabytes),
    findings,
  ]
}

function describe({ seconds, cpu, memory }: Cost, megabytes: number): string {
  return `${seconds.toFixed(2)} s, ${cpu.toFixed(2)} s of processors (${(megabytes / cpu).toFixed(1)} MB/s), ${memory.toFixed(0)} MB`
}

function ratioRow(own: ScanResult, rival: Cost): string[] {
  const ratio = rival.cpu / own.secretferry.cpu
  return [
    'Whole tree: gitleaks’ processor time by ours',
    `${ratio.toFixed(1)} times`,
    `≥ ${SCAN_GOALS.ratio} times`,
    ratio >= SCAN_GOALS.ratio ? 'yes' : '**no**',
  ]
}

function row(what: string, measured: number, goal: number, unit: string): string[] {
  return [what, `${measured.toFixed(2)} ${unit}`, `≤ ${goal} ${unit}`, measured <= goal ? 'yes' : '**no**']
}
