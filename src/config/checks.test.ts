import { describe, expect, test } from 'vitest'
import { ActionError } from '../error.ts'
import type { CheckSpec } from '../verify/spec.ts'
import { parseConfig } from './load.ts'

const HEAD = `version: 1
values:
  token: { from: env://TOKEN }
secrets:
  app: { data: { TOKEN: '\${token}' } }
`

function parse(text: string, environment?: string): readonly CheckSpec[] {
  const choice = { environment, mode: 'rollback' as const, namespace: undefined, setFor: () => 'set' }
  return parseConfig(HEAD + text, choice, 'secretferry.yml').checks
}

/** `line: message` of every problem. */
function problems(text: string): readonly string[] {
  try {
    parse(text)
    return []
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    return error.problems.map(({ at, message }) => `${at?.line ?? '?'}: ${message}`)
  }
}

const one = (check: string): string => `verify:\n  - ${check}\n`

describe('checks', () => {
  test('of the run, of an environment and of a Secret', () => {
    const text = `verify:
  - http: { url: https://a.example/healthz }
environments:
  dev:
    namespace: aura
    verify:
      - name: log in
        when: always
        http:
          url: https://a.example/{environment}/login
          body: '{"password": \${token|json}}'
          expect: { status: [200, 201], json: token }
        retries: 0
        interval: 1m
        timeout: 2s
    secrets:
      app:
        verify:
          - exec: { in: deployment/web, command: [sh, -c, 'echo "$\${HOME}"'], stdin: '\${token}' }
            namespace: other
`
    expect(parse(text, 'dev')).toMatchObject([
      {
        name: 'log in',
        secret: undefined,
        namespaces: ['aura'],
        always: true,
        attempts: { retries: 0, intervalMs: 60_000, timeoutMs: 2_000 },
        probe: {
          kind: 'http',
          url: 'https://a.example/dev/login',
          method: 'POST',
          expect: { statuses: [200, 201], fields: ['token'] },
        },
      },
      {
        name: 'sh in deployment/web',
        secret: 'app',
        namespaces: ['other'],
        always: false,
        attempts: { retries: 5, intervalMs: 3_000, timeoutMs: 10_000 },
        probe: {
          kind: 'exec',
          target: { kind: 'deployment', name: 'web' },
          command: ['sh', '-c', 'echo "${HOME}"'],
          showLogs: false,
        },
      },
    ])
  })

  test.each([
    ['{ http: { url: "https://a/?token=${token}" } }', 'a placeholder in a URL'],
    ['{ http: { url: "https://a/${token|uri}" } }', 'a placeholder in a URL'],
    ['{ http: { url: "https://user:pass@a/" } }', 'a user or password in a URL'],
    ['{ http: { url: ftp://a/ } }', 'not a URL'],
    ['{ http: { url: /healthz } }', 'not a URL'],
    [
      '{ http: { url: /healthz, through: backend:80 } }',
      '`through` does not name a service or workload with a port',
    ],
    [
      '{ http: { url: "http://a.example/", headers: { X-Key: "${token}" } } }',
      'values would go over plain HTTP to a place that is not known to be inside the cluster',
    ],
    [
      '{ http: { url: "http://10.0.0.7/", body: "${token}" } }',
      'values would go over plain HTTP to a place that is not known to be inside the cluster',
    ],
    [
      '{ http: { url: "http://a.example/", headers: { Authorization: "ghp_abcdefghijklmnopqrstuvwxyz" } } }',
      'values would go over plain HTTP to a place that is not known to be inside the cluster',
    ],
    ['{ http: { url: "https://a/", body: \'{"p": "${token}"}\' } }', 'a value in a JSON body without |json'],
    [
      '{ http: { url: "https://a/", body: \'{"p": "${token|json}"}\' } }',
      'the body is not JSON, whatever the values are',
    ],
    [
      '{ http: { url: "https://a/", headers: { content-type: application/x-www-form-urlencoded }, body: "p=${token}" } }',
      'a value in a form without |uri',
    ],
    ['{ http: { url: "https://a/", method: GET, body: x } }', 'a body with GET'],
    [
      '{ http: { url: "https://a/", headers: { Transfer-Encoding: chunked } } }',
      'a header that is not yours to set',
    ],
    ['{ http: { url: "https://a/", headers: { "X Y": a } } }', 'a name that no header can have'],
    ['{ http: { url: "https://a/", headers: { a: x, A: y } } }', 'a header a second time'],
    [
      '{ http: { url: "https://a/", headers: { authorization: x }, basic-auth: { username: u, password: "${token}" } } }',
      '`basic-auth` beside an Authorization header',
    ],
    [
      '{ http: { url: "https://a/", method: HEAD, expect: { json: token } } }',
      'fields of the answer to HEAD, which has none',
    ],
    ['{ exec: { in: deployment/web, command: [login, "${token}"] } }', 'a placeholder in a command'],
    ['{ exec: { in: web, command: [login] } }', '`in` does not name a workload'],
    ['{ exec: { command: [login] } }', 'a command needs either `in` or `selector`'],
    ['{ exec: { in: pod/a, selector: a=b, command: [login] } }', 'a command needs either `in` or `selector`'],
    ['{ exec: { selector: "", command: [login] } }', 'a label selector that is empty'],
    ['{ name: "a ${token}", http: { url: "https://a/" } }', 'a placeholder where no value may stand'],
    [
      '{ name: both, http: { url: "https://a/" }, exec: { in: pod/a, command: [a] } }',
      'a check must be either `http` or `exec`',
    ],
    ['{ name: neither }', 'a check must be either `http` or `exec`'],
    [
      '{ http: { url: "https://a/", headers: { X: "${other}" } } }',
      'a placeholder or reference names a value that is not declared',
    ],
  ])('%s: %s', (check, problem) => {
    expect(problems(one(check))).toEqual([`7: ${problem}`])
  })

  test.each([
    '{ http: { url: "http://a.example/healthz" } }',
    '{ http: { url: "http://backend.aura.svc:8000/login", body: "${token}" } }',
    '{ http: { url: "http://a.example/login", insecure: true, body: "${token}" } }',
    '{ http: { url: /login, through: "service/backend:http", body: "${token}" } }',
    '{ http: { url: "https://a/", body: \'{"p": "${token|base64}", "q": [${token|json}]}\' } }',
    '{ http: { url: "https://a/", headers: { Content-Type: text/plain }, body: "{${token}" } }',
    '{ exec: { selector: "app=web,tier in (a,b)", container: web, command: [login], stdin: "${token}" } }',
  ])('%s is fine', (check) => {
    expect(problems(one(check))).toEqual([])
  })

  test.each([
    'retries: 101',
    'interval: 0s',
    'timeout: 5',
    'when: sometimes',
    'http: { url: "https://a/", expect: { status: 99 } }',
  ])('%s is refused', (field) => {
    expect(problems(`verify:\n  - name: x\n    ${field}\n`)).toHaveLength(1)
  })
})
