import { describe, expect, test } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { parseConfig } from '../config/load.ts'
import type { Config } from '../config/config.ts'
import type { Secret } from '../secret.ts'
import { identify } from '../values/demand.ts'
import type { Values } from '../values/resolve.ts'
import { accessOfChecks } from './access.ts'
import type { HttpProbe } from './check.ts'
import { dueChecks } from './due.ts'
import { renderChecks, type Rendered } from './render.ts'

const HEAD = `version: 1
values:
  user: { from: env://USER_NAME }
  password: { from: env://PASSWORD }
  gone: { from: env://GONE, optional: true }
secrets:
  app: { name: app-secrets, namespaces: [a, b], data: { P: '\${password}' } }
  other: { data: { P: x } }
`

function parse(text: string): Config {
  const choice = {
    environment: undefined,
    mode: 'rollback' as const,
    namespace: undefined,
    setFor: () => 'set',
  }
  return parseConfig(HEAD + text, choice, 'secretferry.yml')
}

function render(
  text: string,
  values: Readonly<Record<string, string>> = { user: 'octo', password: 'p"w€\n' },
) {
  const effects = fakeEffects()
  const secrets = new Map<string, Secret>(
    Object.entries(values).map(([name, value]) => [name, effects.secret(value, name)]),
  )
  const of: Values['of'] = (use) => ({
    value: secrets.get(identify(use)),
    source: '',
    version: undefined,
    whenAbsent: 'keep',
  })
  const rendered = renderChecks(parse(text), {
    ...effects,
    values: { of, problems: [], notices: [] },
    defaultNamespace: 'ctx',
  })
  return { ...rendered, masked: effects.masked }
}

function requestOf({ checks: [first] }: Rendered): HttpProbe {
  if (first?.probe.kind !== 'http') throw new Error('no request')
  return first.probe
}

const headersOf = (rendered: Rendered): Record<string, string> =>
  Object.fromEntries([...requestOf(rendered).headers].map(([name, value]) => [name, value.reveal()]))

describe('values in checks', () => {
  test('stand in headers and body, masked before anything else', () => {
    const made = render(`verify:
  - name: log in
    http:
      url: https://a.example/login
      headers: { X-User: 'user=\${user}' }
      body: '{"password": \${password|json}}'
`)
    expect(headersOf(made)).toEqual({ 'Content-Type': 'application/json', 'X-User': 'user=octo' })
    expect(requestOf(made).body?.reveal()).toBe(String.raw`{"password": "p\"w€\n"}`)
    expect(made.masked.map(({ name }) => name)).toEqual([
      'user',
      'password',
      'the check “log in”: header X-User',
      'the check “log in”: body',
    ])
    expect(made.problems).toEqual([])
  })

  test('make basic-auth, masked as a whole and as what is sent', () => {
    const made = render(
      `verify: [{ http: { url: 'https://a/', basic-auth: { username: '\${user}', password: '\${password}' } } }]`,
    )
    const encoded = Buffer.from('octo:p"w€\n').toString('base64')
    expect(headersOf(made)).toEqual({ Authorization: `Basic ${encoded}` })
    expect(made.masked.map(({ value }) => Buffer.from(value).toString())).toContain(encoded)
  })

  test.each([
    [
      `http: { url: 'https://a/', headers: { X-P: '\${password}' } }`,
      'the header X-P would hold line breaks or characters that no header can carry',
    ],
    [
      `http: { url: 'https://a/', basic-auth: { username: 'a:\${user}', password: x } }`,
      'the user of `basic-auth` has a colon, which would end it',
    ],
  ])('%s is a problem', (check, message) => {
    const { problems } = render(`verify:\n  - name: c\n    ${check}\n`)
    expect(problems.map((each) => each.message)).toEqual([`the check “c”: ${message}`])
    expect(problems[0]?.at).toMatchObject({ line: 11 })
  })

  test('that are absent leave their check out, and it is said', () => {
    const { checks, notices } = render(`verify:
  - { name: c, exec: { in: pod/a, command: [a], stdin: '\${gone}' } }
`)
    expect(checks).toEqual([])
    expect(notices.map(({ message }) => message)).toEqual([
      'the check “c” is left out: an optional value in it is absent',
    ])
  })
})

const PLACED = `
    verify:
      - { name: by pod, exec: { in: deployment/web, command: [a] } }
      - { name: direct, http: { url: 'https://a/' } }
`
const OWN = HEAD.replace(
  / {2}app: .*\n/,
  `  app:\n    name: app-secrets\n    namespaces: [a, b]\n    data: { P: '\${password}' }${PLACED}`,
)

describe('where and when', () => {
  const all = (): Rendered => {
    const choice = {
      environment: undefined,
      mode: 'rollback' as const,
      namespace: undefined,
      setFor: () => 'set',
    }
    const config = parseConfig(
      `${OWN}verify:
  - { name: run, http: { url: /healthz, through: 'service/web:80' } }
  - { name: elsewhere, namespace: c, exec: { selector: 'app=x', command: [a] } }
  - { name: always, when: always, http: { url: 'https://a/' } }
`,
      choice,
      'secretferry.yml',
    )
    const effects = fakeEffects()
    const values: Values = {
      of: () => ({ value: effects.secret('x', 'x'), source: '', version: undefined, whenAbsent: 'keep' }),
      problems: [],
      notices: [],
    }
    return renderChecks(config, { ...effects, values, defaultNamespace: 'ctx' })
  }

  test('what goes into pods is checked once in each namespace', () => {
    expect(all().checks.map(({ name, namespace, secret }) => [name, namespace, secret?.namespaces])).toEqual([
      ['run', 'ctx', undefined],
      ['elsewhere', 'c', undefined],
      ['always', 'ctx', undefined],
      ['by pod in a', 'a', ['a']],
      ['by pod in b', 'b', ['b']],
      ['direct', 'a', ['a', 'b']],
    ])
  })

  test('a path through a service becomes the URL that a client in the cluster would use', () => {
    expect(requestOf(all()).url.href).toBe('http://web.ctx.svc/healthz')
    const made = render(`verify: [{ http: { url: '/a?b', through: 'deployment/web:8000' } }]`)
    expect(requestOf(made).url.href).toBe('http://localhost:8000/a?b')
  })

  test.each([
    [{ written: [], restarted: false }, ['always']],
    [{ written: [{ namespace: 'ctx', name: 'other' }], restarted: false }, ['run', 'elsewhere', 'always']],
    [
      { written: [{ namespace: 'b', name: 'app-secrets' }], restarted: false },
      ['run', 'elsewhere', 'always', 'by pod in b', 'direct'],
    ],
    [
      { written: [], restarted: true },
      ['run', 'elsewhere', 'always', 'by pod in a', 'by pod in b', 'direct'],
    ],
  ])('after %o', (done, names) => {
    expect(dueChecks(all().checks, done).map(({ name }) => name)).toEqual(names)
  })

  test('the permissions are those of what is looked up and opened', () => {
    const of = accessOfChecks(all().checks).map(
      ({ namespace, verb, group = '', resource, name = '' }) =>
        `${namespace} ${verb} ${group}/${resource} ${name}`,
    )
    expect(of).toEqual([
      'ctx get /services web',
      'ctx list /pods ',
      'ctx get /pods/portforward ',
      'ctx create /pods/portforward ',
      'c list /pods ',
      'c get /pods/exec ',
      'c create /pods/exec ',
      'a get apps/deployments web',
      'a list /pods ',
      'a get /pods/exec ',
      'a create /pods/exec ',
      'b get apps/deployments web',
      'b list /pods ',
      'b get /pods/exec ',
      'b create /pods/exec ',
    ])
  })
})
