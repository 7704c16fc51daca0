import { idOf } from '../kubernetes/cluster.ts'
import type { HandedOver, Successor } from '../kubernetes/hand-over.ts'
import type { HandOverOutcome } from '../outcome.ts'
import { codeCell, codeSpan } from './markdown.ts'
import type { AuditLine, ModeReport, SummaryBody } from './mode-report.ts'

const NAMES: Readonly<Record<Successor, string>> = {
  'sealed-secret': 'the Sealed Secrets controller',
  'external-secret': 'External Secrets',
}

const STATES: Readonly<Record<HandedOver['state'], string>> = {
  absent: 'not there yet: it is made once what was rendered is applied',
  'handed-over': 'as it was, and marked as theirs for the taking',
  ready: 'as it was, and theirs for the taking',
  delivered: 'theirs already',
}

export function handOverReport(outcome: HandOverOutcome): ModeReport {
  const { kind, set, handed } = outcome
  const title = titleOf(outcome)
  return {
    describe(log) {
      for (const each of handed) log.info(`${idOf(each)}: ${STATES[each.state]}`)
      log.info(title)
    },
    title,
    summary: summaryOf(outcome),
    outputs: outputsOf(outcome),
    planFile: undefined,
    audit: { kind, set: set.name, lines: auditOf(outcome) },
  }
}

function titleOf({ kind, handed, successor }: HandOverOutcome): string {
  const count = handed.filter(({ state }) => state === 'handed-over').length
  return kind === 'dry-run'
    ? `Dry run: nothing was written; ${count} would be handed over to ${NAMES[successor]}`
    : `Handed over to ${NAMES[successor]}: ${count} of ${handed.length}`
}

function summaryOf({ set, cluster, handed, environment }: HandOverOutcome): SummaryBody {
  const where = environment === undefined ? '' : `, environment ${codeSpan(environment)}`
  return {
    head: [
      `Set ${codeSpan(set.name)} on ${codeSpan(cluster)}${where}`,
      '',
      '| Secret | State |',
      '| --- | --- |',
    ],
    rows: handed.map((each) => `| ${codeCell(idOf(each))} | ${STATES[each.state]} |`),
  }
}

function outputsOf({ handed }: HandOverOutcome): ModeReport['outputs'] {
  const named = (states: readonly HandedOver['state'][]): string =>
    JSON.stringify(handed.filter(({ state }) => states.includes(state)).map(idOf))
  return {
    changed: String(handed.some(({ state }) => state === 'handed-over')),
    updated: named(['handed-over']),
    unchanged: named(['ready', 'delivered']),
  }
}

function auditOf({ kind, handed, successor }: HandOverOutcome): readonly AuditLine[] {
  if (kind === 'dry-run') return []
  return handed
    .filter(({ state }) => state === 'handed-over')
    .map(({ namespace, name }) => ({
      level: 'info',
      message: 'secret handed over',
      request_id: null,
      duration_ms: null,
      namespace,
      name,
      action: 'hand-over',
      successor,
    }))
}
