import { parse, stringify } from 'yaml'
import {
  isDryRun,
  isWrite,
  redirect,
  status,
  type FaultAnswer,
  type FaultRule,
  type ProxyRequest,
} from '../faults/fault.ts'
import { identifySet } from '../../src/kubernetes/set.ts'
import type { Canary } from './canaries.ts'
import { formsIn } from './leak-arrangement.ts'

/** A server, or something before it, that says everything it knows wherever it can. */
export interface Hostility {
  readonly name: string
  readonly rules: (canaries: readonly Canary[]) => readonly FaultRule[]
  /** Over the configuration: what makes the action look at what is hostile. */
  readonly config?: Readonly<Record<string, unknown>>
  /** How many Secrets are declared: of two and more, the live ones are listed. */
  readonly secrets?: 1 | 2
  /** Whether the Secrets are there already, as the action made them, with other values. */
  readonly existing?: 'changed' | 'same'
}

type When = FaultRule['when']

const everything: When = () => true
const get =
  (pattern: RegExp): When =>
  ({ method, path }) =>
    method === 'GET' && pattern.test(path)
const post =
  (pattern: RegExp): When =>
  ({ method, path }) =>
    method === 'POST' && pattern.test(path)

/** `status` strikes the dry runs, and the writes in a row of its own. */
function refusals(
  name: string,
  answer: (canaries: readonly Canary[]) => readonly FaultAnswer[],
): readonly Hostility[] {
  return [
    { name: `${name}, to a dry run`, rules: (canaries) => inTurn(isDryRun, answer(canaries)), secrets: 2 },
    {
      name: `${name}, to a write`,
      // The write of an object that is there: settling a create that nobody answered takes 36 s.
      rules: (canaries) =>
        inTurn((request) => isWrite(request) && request.method === 'PATCH', answer(canaries)),
      secrets: 2,
      existing: 'changed',
    },
  ]
}

/** Each answer once, in the order of the requests; the last for all that follow. */
function inTurn(when: When, answers: readonly FaultAnswer[]): readonly FaultRule[] {
  return answers.map((answer, index) => {
    const last = index === answers.length - 1
    return { when, fault: { kind: 'answer', answer }, ...(last ? {} : { times: 1 }) }
  })
}

const PRINTABLE = /^[\x20-\x7e]{1,160}$/

const all = (canaries: readonly Canary[]): string => formsIn(canaries).join(' ')

/** Headers hold 16 KB together. */
const inHeader = (canaries: readonly Canary[]): string =>
  formsIn(canaries, PRINTABLE)
    .join(' ')
    .slice(0, 12_000)
    .replace(/ [^ ]*$/, '')

/** Answers with the objects in a true answer changed. */
function alterObjects(when: When, change: (object: Live) => void): FaultRule {
  return {
    when,
    fault: {
      kind: 'alter',
      change(answer) {
        const body = JSON.parse(answer.body ?? '{}') as Live & { items?: Live[] }
        for (const object of body.items ?? [body]) change(object)
        return { ...answer, body: JSON.stringify(body) }
      },
    },
  }
}

interface Live {
  metadata: Record<string, unknown> & {
    labels?: Record<string, string>
    annotations?: Record<string, string>
    managedFields?: object[]
  }
  type?: string
  status?: unknown
}

interface Texts {
  readonly all: string
  readonly forms: readonly string[]
  readonly letters: string
}

function lettersOf(canaries: readonly Canary[]): string {
  return canaries.find(({ name }) => name === 'letters')?.value.toString() ?? ''
}

const SECRETS = /\/secrets(?:\/[^/]+)?$/
const read = get(SECRETS)

/** A live object that was altered: `field` is what of it. */
function live(
  name: string,
  change: (object: Live, texts: Texts) => unknown,
  more: Partial<Hostility> = {},
): Hostility {
  return {
    name: `a live object whose ${name}`,
    rules: (canaries) => {
      const texts = { all: all(canaries), forms: formsIn(canaries), letters: lettersOf(canaries) }
      return [alterObjects(read, (object) => change(object, texts))]
    },
    existing: 'changed',
    secrets: 2,
    ...more,
  }
}

const label =
  (key: string) =>
  (object: Live, texts: { all: string }): void => {
    object.metadata.labels = { ...object.metadata.labels, [key]: texts.all }
  }
const annotation =
  (key: string) =>
  (object: Live, texts: { all: string }): void => {
    object.metadata.annotations = { ...object.metadata.annotations, [key]: texts.all }
  }

function fieldsOf(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [`f:${name}`, {}]))
}

const { manager: OWN_MANAGER } = identifySet('octo/app')

export const HOSTILITIES: readonly Hostility[] = [
  ...refusals('a Status that quotes them everywhere', (canaries) => {
    const forms = formsIn(canaries)
    const details = {
      name: all(canaries),
      kind: all(canaries),
      causes: forms.map((form) => ({ reason: form, field: form, message: form })),
    }
    return [status(422, all(canaries), { message: all(canaries), details })]
  }),
  ...refusals('a Status whose reasons and fields are words of them', (canaries) => {
    const words = formsIn(canaries, /^[-\w.[\]"/:~ ]{1,300}$/)
    const causes = words.map((form) => ({
      reason: form.replace(/[^A-Za-z]/g, ''),
      field: form,
      message: form,
    }))
    const letters = formsIn(canaries, /^[A-Za-z]{1,64}$/).map((form) => ({ reason: form, field: form }))
    return [status(422, 'Invalid', { details: { causes: [...letters, ...causes] } })]
  }),
  ...refusals('a conflict with managers of their names', (canaries) => {
    const causes = formsIn(canaries).map((form) => ({
      reason: 'FieldManagerConflict',
      field: form,
      message: `conflict with "${form}" using v1`,
    }))
    return [status(409, 'Conflict', { details: { causes } })]
  }),
  ...(
    [
      ['an exceeded quota', 403, (form: string) => `secrets "x" is forbidden: exceeded quota: ${form}`],
      ['a webhook', 400, (form: string) => `admission webhook "${form}" denied the request: ${form}`],
      [
        'a webhook without dry run',
        400,
        (form: string) => `admission webhook "${form}" does not support dry run`,
      ],
      [
        'an admission policy',
        422,
        (form: string) => `ValidatingAdmissionPolicy '${form}' with binding denied`,
      ],
    ] as const
  ).flatMap(([name, code, message]) =>
    refusals(`${name} of their names`, (canaries) =>
      [...canaries]
        .reverse()
        .map(({ value }) => status(code, 'Forbidden', { message: message(value.toString()) })),
    ),
  ),
  ...refusals('an answer that is not JSON', (canaries) => [
    { status: 200, headers: { 'content-type': 'text/html' }, body: `<p>${all(canaries)}</p>` },
  ]),
  ...refusals('a failure that is not JSON', (canaries) => [
    { status: 500, headers: { 'content-type': 'text/html' }, body: `<p>${all(canaries)}</p>` },
  ]),
  ...refusals('a redirect to them', (canaries) => [
    redirect(`https://127.0.0.1:9/?${encodeURIComponent(inHeader(canaries)).slice(0, 12_000)}`),
  ]),
  ...refusals('an answer that is another object', (canaries) => [
    {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: all(canaries), [all(canaries)]: formsIn(canaries) }),
    },
  ]),
  {
    name: 'refused credentials and a challenge',
    rules: (canaries) => [
      {
        when: everything,
        fault: {
          kind: 'answer',
          answer: status(401, 'Unauthorized', {
            message: all(canaries),
            headers: { 'www-authenticate': `Bearer realm="${inHeader(canaries).replaceAll('"', '')}"` },
          }),
        },
      },
    ],
  },
  {
    name: 'warnings and ids that quote them',
    rules: (canaries) => [
      {
        when: (request) => isDryRun(request) || isWrite(request),
        fault: {
          kind: 'alter',
          change: (answer) => ({
            ...answer,
            headers: {
              ...answer.headers,
              warning: formsIn(canaries, PRINTABLE)
                .map((form) => `299 - "${form.replace(/[\\"]/g, '\\$&')}"`)
                .join(', ')
                .slice(0, 12_000),
              'audit-id': lettersOf(canaries),
            },
          }),
        },
      },
    ],
    secrets: 2,
  },
  {
    name: 'a Retry-After that quotes them',
    rules: (canaries) => [
      {
        when: isDryRun,
        fault: {
          kind: 'answer',
          answer: status(429, 'TooManyRequests', {
            message: all(canaries),
            headers: { 'retry-after': inHeader(canaries) },
            details: { retryAfterSeconds: 0, name: all(canaries) },
          }),
        },
        times: 1,
      },
    ],
  },
  {
    name: 'permissions that quote them',
    rules: (canaries) => [
      {
        when: post(/selfsubjectrulesreviews$/),
        fault: {
          kind: 'answer',
          answer: {
            status: 201,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              status: {
                incomplete: false,
                evaluationError: all(canaries),
                resourceRules: [{ verbs: formsIn(canaries), apiGroups: [''], resources: formsIn(canaries) }],
              },
            }),
          },
        },
      },
    ],
  },
  {
    name: 'a quota of their names that leaves no room',
    rules: (canaries) => [
      {
        when: get(/\/resourcequotas$/),
        fault: {
          kind: 'answer',
          answer: {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              items: formsIn(canaries).map((name) => ({
                metadata: { name },
                status: { hard: { secrets: '0' }, used: { secrets: '0' } },
              })),
            }),
          },
        },
      },
    ],
  },
  {
    name: 'a cluster of their uid',
    config: { cluster: { uid: '00000000-0000-0000-0000-000000000000' } },
    rules: (canaries) => [
      alterObjects(get(/\/kube-system$/), ({ metadata }) => {
        metadata['uid'] = lettersOf(canaries)
      }),
    ],
  },
  live('owner', ({ metadata }, texts) => {
    metadata['ownerReferences'] = [{ apiVersion: 'v1', kind: texts.all, name: texts.all, uid: '1' }]
  }),
  live(
    'set',
    ({ metadata }, texts) => {
      metadata.labels = { ...metadata.labels, 'secretferry.github.io/set': 'elsewhere' }
      metadata.annotations = { ...metadata.annotations, 'secretferry.github.io/set': texts.all }
    },
    { secrets: 1 },
  ),
  live('digest of the set', label('secretferry.github.io/set'), { secrets: 1 }),
  live('Helm release', annotation('meta.helm.sh/release-name')),
  live('Flux label', label('kustomize.toolkit.fluxcd.io/name')),
  live('managers', ({ metadata }, { forms }) => {
    metadata.managedFields = forms.map((form) => ({ manager: form, operation: 'Update', fieldsV1: {} }))
  }),
  live('manager is a controller', ({ metadata }, { forms }) => {
    metadata.managedFields = forms.map((form) => ({
      manager: `argocd-${form}`,
      operation: 'Update',
      fieldsV1: {},
    }))
  }),
  live('type', (object, texts) => {
    object.type = texts.all
  }),
  live('last applied configuration', annotation('kubectl.kubernetes.io/last-applied-configuration')),
  live('revisions', annotation('secretferry.github.io/revisions')),
  live('own fields', ({ metadata }, { forms }) => {
    const names = { 'f:labels': fieldsOf(forms), 'f:annotations': fieldsOf(forms) }
    metadata.managedFields = [
      {
        manager: OWN_MANAGER,
        operation: 'Apply',
        fieldsV1: { 'f:data': fieldsOf(forms), 'f:metadata': names },
      },
    ]
  }),
  live('resourceVersion is one', ({ metadata }, { letters }) => (metadata['resourceVersion'] = letters), {
    existing: 'same',
  }),
  live('resourceVersion is all', ({ metadata }, texts) => (metadata['resourceVersion'] = texts.all), {
    existing: 'same',
  }),
  {
    name: 'a written object whose resourceVersion is one',
    rules: (canaries) => [
      alterObjects(
        (request: ProxyRequest) => isWrite(request),
        ({ metadata }) => {
          metadata['resourceVersion'] = lettersOf(canaries)
        },
      ),
    ],
  },
]

export interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, unknown> }[]
  users: { name: string; user: Record<string, unknown> }[]
  contexts: { name: string; context: Record<string, unknown> }[]
  'current-context'?: string
}

/** A kubeconfig that holds canaries, and what else of the run has to do with it. */
export interface OddKubeconfig {
  readonly name: string
  /** `texts` are the canaries that are text. */
  readonly edit: (config: Kubeconfig, texts: Texts & { readonly of: (name: string) => string }) => void
  readonly inputs?: Readonly<Record<string, string>>
}

const asUser =
  (user: (of: (name: string) => string) => Record<string, unknown>): OddKubeconfig['edit'] =>
  (config, { of }) => {
    for (const each of config.users) each.user = user(of)
  }

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const PROVIDER_CONFIG = (of: (name: string) => string): Record<string, string> => ({
  'access-token': of('url'),
  'id-token': `${base64('{"alg":"none"}')}.${base64(JSON.stringify({ exp: 1, sub: of('letters') }))}.${of('percent')}`,
  'refresh-token': of('quotes'),
  'client-secret': of('ampersands'),
  'client-id': 'app',
  'idp-issuer-url': 'https://127.0.0.1:9/',
  'idp-certificate-authority-data': base64(of('pem')),
  expiry: '2020-01-01T00:00:00Z',
})

export const KUBECONFIGS: readonly OddKubeconfig[] = [
  ...['url', 'percent', 'letters', 'ampersands', 'json', 'dollars'].map((name): OddKubeconfig => ({
    name: `whose token is the canary ${name}`,
    edit: asUser((of) => ({ token: of(name) })),
  })),
  ...['lines', 'unicode', 'pem'].map((name): OddKubeconfig => ({
    name: `whose token, which fits into no header, is the canary ${name}`,
    edit: asUser((of) => ({ token: of(name) })),
  })),
  { name: 'with a password', edit: asUser((of) => ({ username: 'ada', password: of('lines') })) },
  {
    name: 'with a user name that is a secret too',
    edit: asUser((of) => ({ username: of('url'), password: of('quotes') })),
  },
  {
    name: 'with a key that is not the certificate’s',
    edit: (config, { of }) => {
      for (const { user } of config.users) user['client-key-data'] = base64(of('pem'))
    },
  },
  {
    name: 'with a key that is no key',
    edit: (config, { of }) => {
      for (const { user } of config.users) user['client-key-data'] = base64(of('lines'))
    },
  },
  {
    name: 'with a certificate that is none',
    edit: (config, { of }) => {
      for (const { user } of config.users) user['client-certificate-data'] = base64(of('pem'))
    },
  },
  ...['oidc', 'azure', 'gcp', 'unknown'].map((name): OddKubeconfig => ({
    name: `with the auth-provider ${name}`,
    edit: asUser((of) => ({ 'auth-provider': { name, config: PROVIDER_CONFIG(of) } })),
  })),
  {
    name: 'with an auth-provider of their name',
    edit: asUser((of) => ({
      token: null,
      'auth-provider': { name: of('letters'), config: PROVIDER_CONFIG(of) },
    })),
  },
  {
    name: 'with a context of their name',
    edit: (config, { letters }) => {
      for (const context of config.contexts) context.name = letters
      config['current-context'] = letters
    },
  },
  {
    name: 'with contexts of their names, of which another is wanted',
    edit: (config, { forms, of }) => {
      config.contexts = forms.map((name) => ({ name, context: { cluster: 'test', user: 'all' } }))
      config.users = forms.map((token) => ({ name: token, user: { token, password: of('url') } }))
    },
    inputs: { context: 'elsewhere' },
  },
  {
    name: 'with a proxy that demands them',
    edit: (config, { of }) => {
      for (const { cluster } of config.clusters)
        cluster['proxy-url'] = `http://ada:${encodeURIComponent(of('ampersands'))}@127.0.0.1:9`
    },
  },
  {
    name: 'with a SOCKS proxy that demands them',
    edit: (config, { of }) => {
      for (const { cluster } of config.clusters)
        cluster['proxy-url'] = `socks5://ada:${encodeURIComponent(of('letters'))}@127.0.0.1:9`
    },
  },
  {
    name: 'whose server is no URL',
    edit: (config, { of }) => {
      for (const { cluster } of config.clusters) cluster['server'] = of('quotes')
    },
  },
  {
    name: 'that acts as one of them',
    edit: (config, { letters }) => {
      for (const { user } of config.users) Object.assign(user, { as: letters, 'as-groups': [letters] })
    },
  },
]

export function editKubeconfig(text: string, edit: (config: Kubeconfig) => void): string {
  const config = parse(text) as Kubeconfig
  edit(config)
  return stringify(config)
}

export function textsFor(canaries: readonly Canary[]): Parameters<OddKubeconfig['edit']>[1] {
  return {
    all: all(canaries),
    forms: formsIn(canaries),
    letters: lettersOf(canaries),
    of: (name) => canaries.find((canary) => canary.name === name)?.value.toString('utf8') ?? '',
  }
}

/** A log-in command: a script of Node that has the canaries in the file of its first argument, as JSON by name. */
export interface Plugin {
  readonly name: string
  readonly script: string
}

const CREDENTIAL = `JSON.stringify({
  apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential',
  status: { token: canaries.url, clientKeyData: canaries.pem, clientCertificateData: canaries.lines },
})`
const EVERY_FORM = `for (const value of Object.values(canaries)) {
  const bytes = Buffer.from(value)
  for (const form of [value, bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'),
    encodeURIComponent(value), JSON.stringify(value)]) process.stderr.write('cannot log in with ' + form + '\\n')
}`

export const PLUGINS: readonly Plugin[] = [
  { name: 'that quotes them and fails', script: `${EVERY_FORM}; process.exitCode = 1` },
  {
    name: 'that answers with them, quotes them and fails',
    script: `process.stdout.write(${CREDENTIAL}); ${EVERY_FORM}; process.exitCode = 3`,
  },
  {
    name: 'that answers with them and quotes them',
    script: `${EVERY_FORM}; process.stdout.write(${CREDENTIAL})`,
  },
  {
    name: 'that answers garbage',
    script: `process.stdout.write('{"status": {"token": ' + Object.values(canaries).join(' '))`,
  },
  {
    name: 'that answers something else',
    script: `process.stdout.write(JSON.stringify({ status: canaries.letters, canaries }))`,
  },
  {
    name: 'that quotes its environment and fails',
    script: `process.stderr.write(JSON.stringify(process.env)); process.exitCode = 1`,
  },
  { name: 'that is killed', script: `${EVERY_FORM}; process.kill(process.pid, 'SIGKILL')` },
]
