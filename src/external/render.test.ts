import { describe, expect, it } from 'vitest'
import { parseConfig } from '../config/load.ts'
import { renderExternal, renderPushes, type RenderedObjects } from './render.ts'

const STORES = `
stores:
  aws: { kind: aws-secrets-manager, region: eu-central-1 }
  ssm: { kind: aws-ssm, region: eu-central-1 }
  vault: { kind: vault, address: 'https://vault.example' }
  google: { kind: google-secret-manager, project: p }
  azure: { kind: azure-key-vault }
`

function render(text: string, stores = STORES): RenderedObjects {
  const config = parseConfig(
    `version: 1\ndeliver: external-secret\nnamespace: app\n${stores}${text}`,
    { environment: 'production', namespace: undefined, mode: 'render', setFor: () => 's' },
    'f.yml',
  )
  return renderExternal(config, 'default')
}

/** The objects of a Secret `s` with this data. */
function data(templates: Readonly<Record<string, string>>, more = ''): RenderedObjects {
  const lines = Object.entries(templates).map(([key, text]) => `      ${key}: ${JSON.stringify(text)}\n`)
  return render(`secrets:\n  s:\n    data:\n${lines.join('')}${more}`)
}

function specOf({ objects }: RenderedObjects): unknown {
  return objects.find(({ kind }) => kind === 'ExternalSecret')?.body['spec']
}

describe('an ExternalSecret', () => {
  it('reads each key as it is where none is composed', () => {
    const { objects, problems } = data({ B: '${aws://app/{environment}/b#x}', A: '${vault://team/a#y?z}' })
    expect(problems).toEqual([])
    expect(objects).toMatchSnapshot()
  })

  it('has a template for every key where one is composed', () => {
    const rendered = render(`values:
  db-password: { from: 'aws://db#password' }
secrets:
  s:
    name: named
    type: example.com/custom
    labels: { app: x }
    annotations: { note: '{{ x }}' }
    immutable: true
    external-secret: { refresh-interval: 10m, creation-policy: Orphan }
    data:
      URL: postgres://u:\${db-password|uri}@h/db
      PASSWORD: \${db-password}
      TEXT: plain
`)
    expect(rendered.problems).toEqual([])
    expect(rendered.objects).toMatchSnapshot()
  })

  it('makes the document of log-ins to registries', () => {
    const { objects, problems } = render(
      `secrets:\n  s:\n    type: registry\n    registries:\n      ghcr.io: { username: octo, password: '\${aws://ghcr}' }\n      docker.io: { username: '\${aws://hub#user}', password: 'a\${aws://hub#pass|uri}' }\n`,
    )
    expect(problems).toEqual([])
    expect(objects).toMatchSnapshot()
  })

  it('stands in every namespace of the Secret', () => {
    const { objects } = render(`secrets: { s: { namespaces: [a, b], data: { K: '\${aws://k}' } } }`)
    expect(objects.map(({ namespace, name }) => [namespace, name])).toEqual([
      ['a', 's'],
      ['b', 's'],
    ])
  })
})

describe('text in a template stands for itself', () => {
  it.each([
    ['a{b}c', 'a{b}c'],
    ['{{ .x }}', '{{ "{{" }} .x }}'],
    ['a{', 'a{{ "{" }}'],
    ['{{{', '{{ "{{{" }}'],
    ['}}', '}}'],
  ])('%s', (text, template) => {
    const rendered = data({ K: '${aws://k}', T: text })
    expect(
      (specOf(rendered) as { target: { template: { data: { T: string } } } }).target.template.data.T,
    ).toBe(template)
  })
})

describe('where a value is, in the words of the operator', () => {
  it.each([
    ['aws://app/db', { key: 'app/db' }],
    ['aws://app/db#password', { key: 'app/db', property: 'password' }],
    ['aws://app/db#/a/b', { key: 'app/db', property: 'a|b' }],
    ['aws://app/db#/a.b/c~1d~0/0', { key: 'app/db', property: 'a\\.b|c\\/d\\~|0' }],
    ['aws://app/db#*@#x', { key: 'app/db', property: '\\*\\@\\#x' }],
    ['aws://db?stage=AWSPREVIOUS', { key: 'db', version: 'AWSPREVIOUS' }],
    ['aws://db?version=ab-12', { key: 'db', version: 'uuid/ab-12' }],
    [
      'aws://arn:aws:secretsmanager:eu-central-1:123456789012:secret:app/db-AbCdEf#p',
      { key: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:app/db-AbCdEf', property: 'p' },
    ],
    ['ssm:///app/db', { key: '/app/db' }],
    ['ssm:///app/db?version=3', { key: '/app/db', version: '3' }],
    ['ssm:///app/db?label=live#p', { key: '/app/db', version: 'live', property: 'p' }],
    ['vault://team/db?version=2#p', { key: 'team/db', version: '2', property: 'p' }],
    ['google://db?version=7', { key: 'db', version: '7' }],
    [
      'azure://db?version=0123456789abcdef0123456789abcdef',
      { key: 'db', version: '0123456789abcdef0123456789abcdef' },
    ],
  ])('%s', (reference, remoteRef) => {
    const rendered = data({
      K: `\${${reference.replace(/#(.*)$/, (_, property: string) => `#${encodeURIComponent(property)}`)}}`,
    })
    expect(rendered.problems).toEqual([])
    expect(specOf(rendered)).toMatchObject({ data: [{ secretKey: 'K', remoteRef }] })
  })

  it.each([
    ['a name that AWS has not', 'aws://a b'],
    ['a query that AWS has not', 'aws://a?v=1'],
    ['two versions', 'aws://a?version=x&stage=y'],
    ['a parameter with an empty step', 'ssm://a//b'],
    ['a version that is no number', 'ssm:///a?version=x'],
    ['a path with dots', 'vault://a/../b#p'],
    ['a secret of Vault as a whole', 'vault://a'],
    ['an underscore in Azure', 'azure://a_b'],
    ['a version of Azure', 'azure://a?version=3'],
    ['a slash in Google', 'google://a/b'],
    ['a property without a name', 'aws://a#'],
    ['a step without a name', 'aws://a#/b/'],
  ])('is refused: %s', (_, reference) => {
    expect(data({ K: `\${${reference}}` }).problems).toMatchObject([
      { code: 'CONFIG_INVALID', at: { file: 'f.yml' } },
    ])
  })
})

describe('what an operator can’t do is refused, with what to do', () => {
  it.each(['env://X', 'github://X', 'dotenv://.env#X', 'file://x', 'kubernetes://a/b#c'])(
    'a value of %s',
    (reference) => {
      const { problems, objects } = data({ K: `\${${reference}}`, L: '${aws://k}' })
      expect(problems).toMatchObject([
        {
          message: `\`deliver: external-secret\`: the value ${reference}, needed by s/K, is kept where nobody but this run can read it`,
          hint: expect.stringContaining('aws-secrets-manager') as string,
        },
      ])
      expect(objects).toEqual([])
    },
  )

  it.each<[string, string, RegExp]>([
    [
      'an optional value',
      `values: { v: { from: 'aws://k', optional: true } }\nsecrets: { s: { data: { K: '\${v}' } } }`,
      /is optional/,
    ],
    ['a Secret of text alone', 'secrets: { s: { data: { K: text } } }', /makes no Secret of text alone/],
    [
      'deleting a Secret that is not its own',
      `secrets: { s: { data: { K: '\${aws://k}' }, external-secret: { creation-policy: Merge, deletion-policy: Delete } } }`,
      /not its ExternalSecret’s own/,
    ],
    [
      'the same Secret twice',
      `secrets: { s: { data: { K: '\${aws://k}' } }, t: { name: s, data: { K: '\${aws://k}' } } }`,
      /declared twice/,
    ],
    [
      'a type without its keys',
      `secrets: { s: { type: kubernetes.io/tls, data: { K: '\${aws://k}' } } }`,
      /needs the key `tls.crt`/,
    ],
    [
      'a registry that is none',
      `secrets: { s: { type: registry, registries: { 'a b': { username: u, password: '\${aws://k}' } } } }`,
      /no host name/,
    ],
    [
      'a registry twice',
      `secrets: { s: { type: registry, registries: { docker.io: { username: u, password: '\${aws://k}' }, index.docker.io: { username: u, password: p } } } }`,
      /two log-ins/,
    ],
  ])('%s', (_, text, message) => {
    const [problem] = render(text).problems
    expect(problem?.message).toMatch(message)
    expect(problem?.at?.file).toBe('f.yml')
  })

  it('demands on values that it alone reads are said', () => {
    const { notices } = render(
      `values: { v: { from: 'aws://k', require: {} } }\nsecrets: { s: { data: { K: '\${v}' } } }`,
    )
    expect(notices).toEqual([
      '`require` and `rotate` of `v` are not kept here: the operator reads the values, this run does not',
    ])
  })
})

describe('a store is rendered where that is asked for', () => {
  const secret = `secrets: { s: { namespaces: [a, b], data: { K: '\${s://k#p}' } } }`
  it.each<[string, string]>([
    [
      'AWS, by a service account, for the cluster',
      'aws-secrets-manager, region: eu-central-1, external: { kind: ClusterSecretStore, name: x, render: true, auth: { jwt: { serviceAccountRef: { name: sa, namespace: ns } } } }',
    ],
    [
      'Parameter Store, by the operator’s own identity',
      "aws-ssm, region: eu-central-1, role: 'arn:aws:iam::1:role/r', external: { render: true }",
    ],
    [
      'Vault',
      "vault, address: 'https://v', mount: kv, namespace: n, external: { render: true, auth: { jwt: { path: jwt, kubernetesServiceAccountToken: { serviceAccountRef: { name: sa }, expirationSeconds: 600 } } } }",
    ],
    ['Google', 'google-secret-manager, project: p, location: l, external: { render: true }'],
    [
      'Azure',
      "azure-key-vault, vault-url: 'https://v', tenant: t, external: { render: true, auth: { authType: WorkloadIdentity, serviceAccountRef: { name: sa } } }",
    ],
  ])('%s', (_, store) => {
    const { objects, problems } = render(secret, `stores: { s: { kind: ${store} } }\n`)
    expect(problems).toEqual([])
    expect(objects.filter(({ kind }) => kind !== 'ExternalSecret')).toMatchSnapshot()
  })

  it.each([
    ['AWS without a region', 'aws-ssm, external: { render: true }'],
    ['Vault without a log-in', "vault, address: 'https://v', external: { render: true }"],
    ['Google without a project', 'google-secret-manager, external: { render: true }'],
    ['Azure without a log-in', "azure-key-vault, vault-url: 'https://v', external: { render: true }"],
  ])('and refused where it does not suffice: %s', (_, store) => {
    const { problems } = render(secret, `stores: { s: { kind: ${store} } }\n`)
    expect(problems).toMatchObject([
      { code: 'CONFIG_INVALID', message: expect.stringContaining('`stores.s`') as string },
    ])
  })
})

describe('a PushSecret', () => {
  it('takes keys of the Secret to where they are pushed', () => {
    const { objects, problems } = data(
      { A: '${aws://a}', B: '${aws://b}', C: 'x' },
      "    push: { A: 'vault://copy/a#value', B: 'vault://copy/b#value', C: 'ssm:///c' }\n",
    )
    expect(problems).toEqual([])
    expect(objects.filter(({ kind }) => kind === 'PushSecret')).toMatchSnapshot()
  })

  it.each([
    ['a key that there is not', "{ X: 'ssm:///c' }", /no such key/],
    ['a version', "{ A: 'ssm:///c?version=3' }", /a version to push to/],
    ['a pointer', "{ A: 'aws://c#/a/b' }", /can’t be pushed to/],
    ['where it comes from', "{ A: 'aws://a' }", /where it comes from/],
    ['a store that is none', "{ A: 'env://A' }", /nobody but this run/],
  ])('is refused: %s', (_, push, message) => {
    const { problems } = data({ A: '${aws://a}' }, `    push: ${push}\n`)
    expect(problems[0]?.message).toMatch(message)
  })

  it('is the same beside Secrets that are made in another way', () => {
    const config = parseConfig(
      "version: 1\nstores: { aws: { kind: aws-ssm, region: eu-central-1, external: { render: true } } }\nsecrets: { s: { namespaces: [a, b], data: { A: x }, push: { A: 'aws:///a' } } }",
      { environment: undefined, namespace: undefined, mode: 'render', setFor: () => 's' },
      'f.yml',
    )
    const { objects, problems } = renderPushes(config, '')
    expect(problems).toEqual([])
    expect(objects.map(({ kind, namespace }) => [kind, namespace])).toEqual([
      ['SecretStore', 'a'],
      ['SecretStore', 'b'],
      ['PushSecret', 'a'],
      ['PushSecret', 'b'],
    ])
  })
})
