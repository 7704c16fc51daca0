import fc from 'fast-check'
import { parseTemplate, placeholders, renderTemplate } from '../../src/values/template.ts'
import { anyText, hostileText } from './hostile.ts'
import { CANARY, type Target } from './target.ts'

const CORPUS = [
  'postgresql://aura:${db-password|uri}@db:5432/aura',
  '${env://DB_PASSWORD}',
  'a $${not} ${value|base64|json} ${file://{environment}/a#p|uri} b',
  `${CANARY} \${value} ${CANARY}`,
  `\${${CANARY}}`,
]
const SIGNS = [
  ...[
    '${',
    '$${',
    '$$${',
    '}',
    '${a}',
    '${a|uri}',
    '|base64',
    '|json',
    '|',
    '|nothing',
    '{environment}',
    '${{',
    '{{',
    '}}',
  ],
  ...['env://', 'env://A', '#', ' ', '$', '$$', '${env://{environment}}', CANARY, `\${env://${CANARY}|x}`],
]

interface Input {
  readonly text: string
  readonly environment: string | undefined
  readonly value: Uint8Array
}

/** Templates under `data`, and what values of any bytes make of them. */
export const templates: Target<Input> = {
  name: 'templates',
  inputs: fc.record({
    text: hostileText(CORPUS, SIGNS),
    environment: fc.constantFrom(undefined, 'dev', '}', '${'),
    value: fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      anyText(30).map((text) => Buffer.from(text)),
    ),
  }),
  run({ text, environment, value }) {
    const parsed = parseTemplate(text, { environment, secretLiterals: false })
    if (!parsed.ok) return [parsed.message, parsed.hint]
    placeholders(parsed.value)
    const rendered = renderTemplate(parsed.value, () => value)
    return rendered.ok ? [] : [rendered.message, rendered.hint]
  },
}
