import { randomBytes } from 'node:crypto'
import { makeSelfSigned } from '../support/certificates.ts'
import type { ActionOptions } from '../support/run-action.ts'
import { formsOf, makeCanaries, type Canary } from './canaries.ts'

/** All canaries, and what those lack: a secret of letters alone, which passes for a word wherever words may pass. */
export function makeAllCanaries(): readonly Canary[] {
  const letters = [...randomBytes(40)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')
  return [...makeCanaries(), { name: 'letters', value: Buffer.from(letters), parts: [] }]
}

/** A configuration and what it needs to be run. */
export interface Arrangement {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly env: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, string>>
}

/** A way for canaries to get into a Secret. */
export type Delivery = (canaries: readonly Canary[]) => Promise<Arrangement> | Arrangement

const CONFIG = '.github/secretferry.yml'

/** The configuration file of these Secrets, in JSON, which is YAML. */
export function configOf(secrets: object, more: object = {}): Record<string, string> {
  return { [CONFIG]: JSON.stringify({ version: '1', ...more, secrets }, null, 2) }
}

export function variableOf({ name }: Canary): string {
  return `CANARY_${name.toUpperCase().replaceAll('-', '_')}`
}

/** Those that can be text, and so a variable; the others come by file. */
export function textsOf(canaries: readonly Canary[]): readonly Canary[] {
  return canaries.filter(({ value }) => Buffer.from(value.toString('utf8')).equals(value))
}

export function environmentOf(canaries: readonly Canary[]): Record<string, string> {
  return Object.fromEntries(textsOf(canaries).map((each) => [variableOf(each), each.value.toString('utf8')]))
}

export function filesOf(canaries: readonly Canary[]): Record<string, Uint8Array> {
  return Object.fromEntries(canaries.map(({ name, value }) => [`canaries/${name}`, value]))
}

/** One key for each canary, of what `template` makes of it. */
export function keysOf(
  canaries: readonly Canary[],
  template: (canary: Canary) => string,
  suffix = '',
): Record<string, string> {
  return Object.fromEntries(canaries.map((canary) => [`${canary.name}${suffix}`, template(canary)]))
}

const fromEnv = (canary: Canary): string => `\${env://${variableOf(canary)}}`
const fromFile = ({ name }: Canary): string => `\${file://canaries/${name}}`

/** Every canary in one Secret: by variable, and what is no text by file. */
export function dataOfAll(canaries: readonly Canary[]): Record<string, string> {
  const texts = textsOf(canaries)
  return {
    ...keysOf(texts, fromEnv),
    ...keysOf(
      canaries.filter((each) => !texts.includes(each)),
      fromFile,
    ),
  }
}

/** Ways that end well. */
export const DELIVERIES: Readonly<Record<string, Delivery>> = {
  'variables of the environment': (canaries) => ({
    files: { ...configOf({ one: { data: dataOfAll(canaries) } }), ...filesOf(canaries) },
    env: environmentOf(canaries),
  }),
  'a name with a suffix': (canaries) => ({
    files: {
      ...configOf({ one: { immutable: true, 'name-suffix': 'random', data: dataOfAll(canaries) } }),
      ...filesOf(canaries),
    },
    env: environmentOf(canaries),
  }),
  'the input from-env': (canaries) => ({
    files: {},
    env: environmentOf(canaries),
    inputs: {
      name: 'one',
      'from-env': textsOf(canaries)
        .map((each) => `${each.name}=${variableOf(each)}`)
        .join('\n'),
    },
  }),
  'the input data, as the runner expands it between quotes': (canaries) => ({
    files: {},
    env: {},
    inputs: {
      name: 'one',
      data: textsOf(canaries)
        .map(
          ({ name, value }) =>
            `${name}: ${JSON.stringify(value.toString('utf8').replaceAll('${', () => '$${'))}`,
        )
        .join('\n'),
    },
  }),
  'a .env file': (canaries) => ({
    files: {
      ...configOf({
        one: { data: keysOf(textsOf(canaries), (each) => `\${dotenv://.env#${variableOf(each)}}`) },
      }),
      '.env': textsOf(canaries).map(dotenvLine).join(''),
    },
    env: {},
  }),
  'files, bytes as they are': (canaries) => ({
    files: { ...configOf({ one: { data: keysOf(canaries, fromFile) } }), ...filesOf(canaries) },
    env: {},
  }),
  'github-secrets': (canaries) => ({
    files: configOf({
      one: { data: keysOf(textsOf(canaries), (each) => `\${github://${variableOf(each)}}`) },
    }),
    env: {},
    inputs: { 'github-secrets': JSON.stringify(environmentOf(canaries)) },
  }),
  'github-secrets that nothing reads': (canaries) => ({
    files: configOf({ one: { data: { A: 'fixed' } } }),
    env: {},
    inputs: { 'github-secrets': JSON.stringify(environmentOf(canaries), null, 2) },
  }),
  'properties of JSON': (canaries) => ({
    files: configOf({
      one: {
        data: {
          leaf: '${env://CANARY_JSON#password}',
          number: '${env://CANARY_JSON#pin}',
          nested: '${env://CANARY_JSON#/deep/0/key}',
          pretty: '${env://CANARY_PRETTY_JSON#token}',
          auth: '${env://CANARY_REGISTRY#/auths/ghcr.io/auth}',
        },
      },
    }),
    env: environmentOf(canaries),
  }),
  ...Object.fromEntries(
    ['uri', 'base64', 'json'].map((filter) => [
      `the filter |${filter}`,
      (all: readonly Canary[]) => filtered(all, filter),
    ]),
  ),
  'a registry': (canaries) => ({
    files: configOf({
      one: {
        type: 'registry',
        registries: Object.fromEntries(
          textsOf(canaries).map((each) => [
            `${each.name}.example.com`,
            { username: 'octo', password: fromEnv(each), email: 'octo@example.com' },
          ]),
        ),
      },
      two: { type: 'registry', data: { '.dockerconfigjson': '${env://CANARY_REGISTRY}' } },
    }),
    env: environmentOf(canaries),
  }),
  'basic-auth and ssh-auth': (canaries) => ({
    files: configOf({
      ...Object.fromEntries(
        textsOf(canaries).map((each) => [
          each.name,
          { type: 'basic-auth', username: fromEnv(each), password: fromEnv(each) },
        ]),
      ),
      key: { type: 'ssh-auth', 'private-key': '${env://CANARY_PEM}' },
    }),
    env: environmentOf(canaries),
  }),
  'text around them': (canaries) => ({
    files: configOf({
      one: { data: keysOf(textsOf(canaries), (each) => `before ${fromEnv(each)} and after\n`) },
    }),
    env: environmentOf(canaries),
  }),
  'immutable, and optional values that are absent': (canaries) => ({
    files: {
      ...configOf(
        { one: { immutable: true, data: { ...dataOfAll(canaries), gone: '${gone}' } } },
        { values: { gone: { from: 'env://CANARY_GONE', optional: 'true' } } },
      ),
      ...filesOf(canaries),
    },
    env: environmentOf(canaries),
  }),
}

function filtered(canaries: readonly Canary[], filter: string): Arrangement {
  const reference = (canary: Canary): string =>
    textsOf([canary]).length === 1 ? `env://${variableOf(canary)}` : `file://canaries/${canary.name}`
  const of = filter === 'base64' ? canaries : textsOf(canaries)
  const data = {
    ...keysOf(of, (each) => `\${${reference(each)}|${filter}}`),
    ...keysOf(of, (each) => `https://host/\${${reference(each)}|${filter}|base64}/`, '.twice'),
  }
  return { files: { ...configOf({ one: { data } }), ...filesOf(canaries) }, env: environmentOf(canaries) }
}

/** The grammar's single quotes where they can hold it, else its double quotes. */
function dotenvLine(canary: Canary): string {
  const text = canary.value.toString('utf8')
  if (!/['\r]/.test(text)) return `${variableOf(canary)}='${text}'\n`
  const escaped = text
    .replace(/[\\"$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
  return `export ${variableOf(canary)}="${escaped}"\n`
}

/** Secrets of these names that hold every canary each. */
export function fiveOf(names: readonly string[], canaries: readonly Canary[]): ActionOptions {
  const secrets = Object.fromEntries(names.map((name) => [name, { data: dataOfAll(canaries) }]))
  return { files: { ...configOf(secrets), ...filesOf(canaries) }, env: environmentOf(canaries) }
}

/** A Secret of type tls, whose key is a canary of its own. */
export async function tlsArrangement(): Promise<{ canary: Canary; arrangement: Arrangement }> {
  const { cert, key } = await makeSelfSigned({ subject: { commonName: 'web.example' }, keyType: 'rsa' })
  const files = { 'tls.crt': cert, 'tls.key': key }
  const secret = { type: 'tls', cert: '${file://tls.crt}', key: '${file://tls.key}' }
  return {
    canary: { name: 'tls key', value: Buffer.from(key), parts: [] },
    arrangement: { files: { ...configOf({ one: secret }), ...files }, env: {} },
  }
}

/** Options with all canaries in them: a Secret more in the configuration, where there is a place for one. */
export function addCanaries(options: ActionOptions, canaries: readonly Canary[]): ActionOptions {
  const { files = {}, env = {} } = options
  const text = files[CONFIG]
  const added = typeof text === 'string' ? { [CONFIG]: withSecret(text, canaries) } : {}
  return {
    ...options,
    files: { ...filesOf(canaries), ...files, ...added },
    env: { ...environmentOf(canaries), ...env },
  }
}

function withSecret(config: string, canaries: readonly Canary[]): string {
  const secret = JSON.stringify({ data: dataOfAll(canaries) })
  return config
    .replace(/^secrets:[ \t]*\n/m, (line) => `${line}  canaries: ${secret}\n`)
    .replace(/^secrets:[ \t]*\{/m, (line) => `${line} canaries: ${secret},`)
}

/** What a stranger may have made of the canaries: every form of each that fits into `fits`. */
export function formsIn(canaries: readonly Canary[], fits: RegExp = /^[^]*$/): readonly string[] {
  const forms = canaries.flatMap((canary) =>
    formsOf(canary).flatMap(([encoding, form]) => (/base64(url)? at /.test(encoding) ? [] : [form])),
  )
  return [...new Set(forms)].filter((form) => fits.test(form))
}
