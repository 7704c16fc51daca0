import * as z from 'zod'
import { CODES } from '../src/error.ts'
import { publishedSchema } from '../src/config/schema/published.ts'
import { INPUTS } from '../src/input-table.ts'
import { OUTPUTS } from '../src/output-table.ts'
import { fullType, requiredKeys, SHORT_TYPES } from '../src/manifests/types.ts'
import { STORES, type StoreName } from '../src/stores/index.ts'
import { REMOTE_STORES } from '../src/stores/remote.ts'
import type { Filter } from '../src/values/filters.ts'
import { markdownTable } from './markdown-table.ts'
import { schemaSections, table, type Schema } from './schema-sections.ts'

/** How each store is addressed. A store without its row does not compile. */
const REFERENCES: Readonly<Record<StoreName, { readonly grammar: string; readonly reads: string }>> = {
  env: {
    grammar: 'env://NAME',
    reads: 'a variable of the step’s environment; not `ACTIONS_*`, `INPUT_*`, `RUNNER_*`',
  },
  dotenv: { grammar: 'dotenv://path/to/.env#NAME', reads: 'a variable of a `.env` file' },
  file: { grammar: 'file://path/to/file', reads: 'a file’s bytes, exactly' },
  github: {
    grammar: 'github://NAME',
    reads: 'a GitHub secret, from `github-secrets` or the step’s environment',
  },
  kubernetes: {
    grammar: 'kubernetes://namespace/name#key',
    reads: 'a key of a Secret that is in the cluster',
  },
}

type RemoteName = keyof typeof REMOTE_STORES

const REMOTE_REFERENCES: Readonly<
  Record<RemoteName, { readonly grammar: string; readonly versions: string }>
> = {
  'aws-secrets-manager': {
    grammar: 'aws://name#property',
    versions: '`?stage=AWSPREVIOUS`, `?version=UUID`',
  },
  'aws-ssm': { grammar: 'ssm:///path/name#property', versions: '`?version=3`, `?label=live`' },
  vault: { grammar: 'vault://path#property', versions: '`?version=3`, in KV v2' },
  'google-secret-manager': { grammar: 'google://name#property', versions: '`?version=3`' },
  'azure-key-vault': { grammar: 'azure://name#property', versions: '`?version=` and 32 hexadecimal digits' },
}

const FILTER_WORDS: Readonly<Record<Filter, string>> = {
  uri: 'percent-encodes all but the unreserved characters of RFC 3986: for passwords in URLs',
  base64: 'encodes the bytes as base64, with padding',
  json: 'makes a JSON string, with its quotes, escaped as Go’s encoding/json does',
}

/** The fields that a short type takes instead of, or beside, `data`. */
const TYPE_FIELDS: Readonly<Record<string, string>> = {
  opaque: '`data`',
  tls: '`cert` and `key`',
  registry: '`registries`',
  'basic-auth': '`username` and `password`',
  'ssh-auth': '`private-key`',
}

/** Keys whose schema has no description of its own. */
const DESCRIPTIONS = {
  'stores.<name>.kind': 'One of the kinds under Stores. Its other settings stand beside it.',
  'values.<name>.from.store': 'The store’s name.',
  'values.<name>.from.key': 'What the store finds the value by.',
  'values.<name>.from.property': 'A property of the JSON value, or a JSON pointer; what stands after `#`.',
  'values.<name>.from.version': 'The version; not every store keeps any.',
  'secrets.<name>.namespace': 'The namespace.',
  'verify[].http.basic-auth.username': 'The user.',
  'verify[].http.basic-auth.password': 'The password.',
  'secrets.<name>.labels': 'Labels of the Secret.',
  'secrets.<name>.annotations': 'Annotations of the Secret.',
  'environments.<environment>.namespace': 'The namespace of this environment’s Secrets that name none.',
}

/** docs/reference.md. */
export function referencePage(): string {
  return [
    '<!-- Made from the sources by `npm run generate`. -->',
    '# Configuration reference',
    INTRODUCTION,
    schemaSections(publishedSchema(), DESCRIPTIONS),
    OVERLAYS,
    `## Stores\n\n${STORE_WORDS}\n\n${storeTable()}`,
    storeSettings(),
    LATER,
    remoteTable(),
    remoteSettings(),
    `## Templates\n\n${TEMPLATE_WORDS}\n\n${filterTable()}`,
    `## Types of Secrets\n\n${typeTable()}`,
    TYPE_WORDS,
    `## Inputs\n\n${inputTable()}`,
    `## Outputs\n\n${outputTable()}`,
    `## Error codes\n\n${ERROR_WORDS}\n\n${errorTable()}`,
  ].join('\n\n')
}

/** What stands between the README's markers, by the marker's name. */
export function readmeTables(): Readonly<Record<'inputs' | 'outputs', string>> {
  return { inputs: inputTable(), outputs: outputTable() }
}

const INTRODUCTION = `The file is \`.github/secretferry.yml\` unless the input \`config\` names another. Editors check it against
\`schema/secretferry.schema.json\`. In the tables, a *text* is a scalar taken exactly as it is written: \`0123\` stays \`0123\`.
An unknown key is an error.`

const OVERLAYS = `The entries of an environment’s \`values\` and \`secrets\` have the fields of \`values.<name>\` and
\`secrets.<name>\`, each of which may be left out. Mappings are merged by key, lists and scalars replace, and \`null\`
removes.`

const STORE_WORDS = `A reference is \`store://key?query#property\`. The characters \`# ? | }\` and \`%\` in a key are
percent-encoded. \`{environment}\` stands for the chosen environment. Where a store finds its values by the key alone,
\`#name\` picks a property of a JSON object and \`#/a/b\` is a JSON pointer.`

const LATER = `These kinds need an entry under \`stores\`. They are rendered, for External Secrets (\`deliver: external-secret\`) or ECS (\`deliver: ecs\`);
reading from them is not available yet, and an environment that would have to is refused.`

const TEMPLATE_WORDS = `A template is text with placeholders: \`\${value-name}\`, \`\${store://key}\`, either with a filter:
\`\${value-name|uri}\`. \`$\${\` is a literal \`\${\`. Text outside placeholders is literal, and not secret in the file.`

const TYPE_WORDS = `Any other Kubernetes type is written out in full, as \`example.com/type\`, and takes \`data\`.`

const ERROR_WORDS = `The output \`error-code\` is one of these, that of the first problem, or empty. No code is ever renamed.`

function storeTable(): string {
  const rows = (Object.keys(STORES) as StoreName[]).map((name) => {
    const { grammar, reads } = REFERENCES[name]
    const property =
      STORES[name].addressing === 'key' ? 'a property of the JSON value' : 'part of the address'
    return [`\`${name}\``, `\`${grammar}\``, property, reads]
  })
  return markdownTable(['Kind', 'Reference', 'What `#` is', 'What is read'], rows)
}

function storeSettings(): string {
  return (Object.keys(STORES) as StoreName[])
    .map((name) => ({ name, schema: z.toJSONSchema(STORES[name].settings, { io: 'input' }) as Schema }))
    .filter(({ schema }) => Object.keys(schema.properties ?? {}).length > 0)
    .map(({ name, schema }) => `### Settings of \`kind: ${name}\`\n\n${table(name, schema, {})}`)
    .join('\n\n')
}

function remoteTable(): string {
  const rows = (Object.keys(REMOTE_STORES) as RemoteName[]).map((name) => {
    const { grammar, versions } = REMOTE_REFERENCES[name]
    return [`\`${name}\``, `\`${grammar}\``, versions]
  })
  return markdownTable(['Kind', 'Reference', 'Versions'], rows)
}

function remoteSettings(): string {
  return (Object.keys(REMOTE_STORES) as RemoteName[])
    .map((name) => ({
      name,
      schema: z.toJSONSchema(REMOTE_STORES[name].settings, { io: 'input' }) as Schema,
    }))
    .map(({ name, schema }) => `### Settings of \`kind: ${name}\`\n\n${remoteTables(name, schema)}`)
    .join('\n\n')
}

function remoteTables(name: string, schema: Schema): string {
  const external = schema.properties?.['external']
  return [
    table(name, schema, {}),
    ...(external === undefined ? [] : [table(`${name}.external`, external, {})]),
  ].join('\n\n`external`:\n\n')
}

function filterTable(): string {
  const rows = Object.entries(FILTER_WORDS).map(([filter, words]) => [`\`|${filter}\``, words])
  return markdownTable(['Filter', 'What it does'], rows)
}

function typeTable(): string {
  const rows = SHORT_TYPES.map((short) => {
    const keys = requiredKeys(fullType(short)).map((key) => `\`${key}\``)
    return [
      `\`${short}\``,
      `\`${fullType(short)}\``,
      TYPE_FIELDS[short] ?? '`data`',
      keys.join(', ') || 'none',
    ]
  })
  return markdownTable(['Type', 'In full', 'Fields', 'Keys it must have'], rows)
}

function inputTable(): string {
  const rows = Object.entries(INPUTS).map(([name, input]) => [
    `\`${name}\``,
    'default' in input ? `\`${input.default}\`` : '',
    input.description,
  ])
  return markdownTable(['Input', 'Default', 'What it is'], rows)
}

function outputTable(): string {
  const rows = Object.entries(OUTPUTS).map(([name, { description }]) => [`\`${name}\``, description])
  return markdownTable(['Output', 'What it is'], rows)
}

function errorTable(): string {
  const rows = Object.entries(CODES).map(([code, sentence]) => [`\`${code}\``, sentence])
  return markdownTable(['Code', 'What happened'], rows)
}
