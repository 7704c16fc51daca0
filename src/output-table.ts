import { RENDER_OUTPUTS } from './inputs/render-table.ts'

/** Every output, once. */
export const OUTPUTS = {
  changed: {
    description: '`true` when anything was created or updated (or would be, in a dry run), else `false`.',
  },
  created: { description: 'JSON array of `namespace/name`: Secrets created.' },
  updated: { description: 'JSON array of `namespace/name`: Secrets updated.' },
  unchanged: { description: 'JSON array of `namespace/name`: Secrets that were as they should be.' },
  deleted: {
    description: 'JSON array of `namespace/name`: Secrets deleted because nothing declares them any more.',
  },
  restarted: {
    description: 'JSON array of `namespace/kind/name`: workloads that were restarted and are ready.',
  },
  results: { description: 'JSON array: namespace, name, keys, action and resourceVersion of each Secret.' },
  files: { description: 'JSON array: path and action of each file that was rendered.' },
  plan: { description: 'Path of a JSON file with the plan: names and actions, never values.' },
  'scan-result': {
    description: '`mode: scan`: `clean`, `allowed`, `found` or `could-not-look`; empty in other modes.',
  },
  findings: { description: '`mode: scan`: how many secrets were found that nothing allows.' },
  allowed: { description: '`mode: scan`: how many findings are allowed.' },
  'findings-by-layer': {
    description:
      '`mode: scan`: JSON object: how many findings each layer has (known-value, kubernetes, pattern).',
  },
  degraded: { description: '`mode: scan`: `true` when a layer was off, else `false`.' },
  sarif: { description: '`mode: scan`: path of the SARIF file.' },
  report: { description: '`mode: scan`: path of the JSON report.' },
  ...RENDER_OUTPUTS,
  'error-code': {
    description: 'Why the run failed, from a closed list (docs/reference.md); empty when it did not.',
  },
} as const satisfies Record<string, { readonly description: string }>

export type OutputName = keyof typeof OUTPUTS
