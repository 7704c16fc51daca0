import { stringify } from 'yaml'
import { INPUTS } from '../src/input-table.ts'
import { OUTPUTS } from '../src/output-table.ts'

const HEADER = '# Made from src/input-table.ts by `npm run generate`.\n'

/** action.yml, from the table of inputs and outputs. */
export function actionManifest(): string {
  const manifest = {
    name: 'Secretferry',
    description:
      'Carries secrets from where they are kept to Kubernetes: validated, applied all or nothing, never printed.',
    author: 'Secretferry',
    branding: { icon: 'anchor', color: 'blue' },
    inputs: mapValues(INPUTS, (input) => ({
      description: withoutExpressions(input.description),
      required: false,
      ...('default' in input ? { default: input.default } : {}),
    })),
    outputs: mapValues(OUTPUTS, ({ description }) => ({ description: withoutExpressions(description) })),
    runs: { using: 'node24', main: 'dist/index.js' },
  }
  return HEADER + stringify(manifest, { lineWidth: 0, singleQuote: true })
}

/** The runner evaluates `${{ }}` in descriptions too, and then refuses the whole action (mirror-elpa pull request 8). */
function withoutExpressions(text: string): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, '$1')
}

function mapValues<K extends string, V, R>(
  record: Readonly<Record<K, V>>,
  to: (value: V) => R,
): Record<K, R> {
  const pairs = Object.entries(record) as [K, V][]
  return Object.fromEntries(pairs.map(([key, value]) => [key, to(value)])) as Record<K, R>
}
