import { RULE_GROUPS } from '../src/scan/rules/index.ts'
import type { Rule } from '../src/scan/rules/rule.ts'
import { markdownTable } from './markdown-table.ts'

/** docs/scanning-rules.md: every rule on patterns. */
export function scanRulesPage(): string {
  const groups = Object.entries<readonly Rule[]>(RULE_GROUPS)
  const count = groups.reduce((sum, [, rules]) => sum + rules.length, 0)
  return [
    '# Rules on patterns',
    `Forms of secrets that \`mode: scan\` knows: ${count} rules. Each is switched off by \`scan: { rules: { <id>: off } }\` (see [scanning](scanning.md)). The last column says whether more than the form is looked at: a checksum, a structure, entropy.`,
    ...groups.map(([name, rules]) => `## ${name}\n\n${groupTable(rules)}`),
  ].join('\n\n')
}

function groupTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, description, severity, remedy, check }) => [
    `\`${id}\``,
    `[${description}](${remedy})`,
    severity,
    check === undefined ? '' : 'yes',
  ])
  return markdownTable(['id', 'what it finds, and how to revoke it', 'severity', 'check'], rows)
}
