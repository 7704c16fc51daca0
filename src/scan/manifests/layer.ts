import type { Layer, Match } from '../match.ts'
import type { ScanText } from '../text.ts'
import { visitDotenv } from './dotenv.ts'
import { formatOf, type Format } from './format.ts'
import { MANIFEST_RULE_LIST } from './rules.ts'
import type { Sink } from './sink.ts'
import { visitTerraform } from './terraform.ts'
import { visit } from './visit.ts'
import { readDocuments } from './yaml/read.ts'

/** What the structure of manifests and of files like them gives away. */
export const kubernetes: Layer = {
  name: 'kubernetes',
  whole: true,
  rules: MANIFEST_RULE_LIST,
  match({ path, latin1 }: ScanText): readonly Match[] {
    const format = formatOf(path, latin1)
    if (format === undefined) return []
    const sink: Sink = { text: latin1, matches: [], nesting: 0 }
    visitFile(sink, format)
    return sink.matches
  },
}

function visitFile(sink: Sink, format: Format): void {
  switch (format.kind) {
    case 'dotenv': {
      visitDotenv(sink)
      return
    }
    case 'terraform': {
      visitTerraform(sink)
      return
    }
    case 'tree':
      for (const node of readDocuments(sink.text))
        visit(sink, node, { rule: format.rule, manner: 'named', object: '', path: [] })
      return
    default:
      throw new Error(`unreachable: ${String(format satisfies never)}`)
  }
}
