import { expect, test } from 'vitest'
import { judgeExec, judgeHttp, type HttpSeen } from './judge.ts'

const seen = (status: number, root?: unknown): HttpSeen => ({
  status,
  redirects: status >= 300 && status < 400,
  json: root === undefined ? undefined : { root },
})
const any = { statuses: undefined, fields: [] }

test.each([200, 204, 299])('%i will do where nothing else is said', (status) => {
  expect(judgeHttp(seen(status), any)).toBeUndefined()
})

test.each([
  [seen(199), any, 'answered 199, expected 200 to 299'],
  [seen(503), any, 'answered 503, expected 200 to 299'],
  [seen(302), any, 'answered 302, a redirect, which is not followed, expected 200 to 299'],
  [seen(200), { statuses: [401, 403], fields: [] }, 'answered 200, expected 401 or 403'],
  [
    seen(200),
    { statuses: undefined, fields: ['token'] },
    'answered 200, but not with JSON of a mebibyte at most',
  ],
  [
    seen(200, { token: null }),
    { statuses: undefined, fields: ['token'] },
    'answered 200 without the field token',
  ],
  [
    seen(200, { a: { b: 1 } }),
    { statuses: undefined, fields: ['a.b', '/a/c', '/a/b'] },
    'answered 200 without the field a.b, /a/c',
  ],
  [seen(200, 'token'), { statuses: undefined, fields: ['length'] }, 'answered 200 without the field length'],
  [seen(200, []), { statuses: undefined, fields: ['/length'] }, 'answered 200 without the field /length'],
  [
    seen(200, {}),
    { statuses: undefined, fields: ['constructor'] },
    'answered 200 without the field constructor',
  ],
])('%o, expecting %o', (answer, expectation, wrong) => {
  expect(judgeHttp(answer, expectation)).toBe(wrong)
})

test.each(['token', '/data/0/id', '/a~1b/c~0d', '/zero', '/no', '/empty'])(
  'the field %s is there',
  (field) => {
    const root = { token: 'x', data: [{ id: 1 }], 'a/b': { 'c~d': 1 }, zero: 0, no: false, empty: '' }
    expect(judgeHttp(seen(200, root), { statuses: [200], fields: [field] })).toBeUndefined()
  },
)

test.each([
  [{ kind: 'exited', code: 0 }, undefined],
  [{ kind: 'exited', code: 7 }, 'the command ended with exit code 7'],
  [{ kind: 'not-started', noProgram: true }, 'the container has no such program'],
  [{ kind: 'not-started', noProgram: false }, 'the command could not be started'],
] as const)('%o', (end, wrong) => {
  expect(judgeExec({ end, printed: '', stdinLeftOpen: false })).toBe(wrong)
})
