import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalError, refusalOf, type RefusalKind } from './refusal.ts'
import { auditId, classify, type HttpAnswer } from './status.ts'

const plain = (text: string): string => text

interface StatusBody {
  readonly reason?: string
  readonly message?: string
  readonly details?: unknown
}

function answer(
  status: number,
  body: StatusBody | undefined,
  headers: HttpAnswer['headers'] = {},
): HttpAnswer {
  const whole = body && {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code: status,
    ...body,
  }
  return { status, headers, body: whole }
}

const quotaMessage =
  'secrets "web" is forbidden: exceeded quota: few, requested: secrets=1, used: secrets=2, limited: secrets=2'
const webhookMessage = 'admission webhook "deny.example.com" denied the request: it holds Zq7'
const dryRunMessage = 'admission webhook "side.example.com" does not support dry run'
const callMessage =
  'Internal error occurred: failed calling webhook "down.example.com": failed to call webhook: Post "https://x": dial tcp'
const policyMessage =
  "secrets \"web\" is forbidden: ValidatingAdmissionPolicy 'no-canaries' with binding 'all' denied request: Zq7"
const rbacMessage =
  'secrets "web" is forbidden: User "u" cannot patch resource "secrets" in API group "" in the namespace "app"'
const terminating = {
  name: 'web',
  kind: 'secrets',
  causes: [
    {
      reason: 'NamespaceTerminating',
      message: 'namespace app is being terminated',
      field: 'metadata.namespace',
    },
  ],
}
const conflict = {
  causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using v1', field: '.data.a' }],
}
const immutable = 'Secret "web" is invalid: data: Forbidden: field is immutable when `immutable` is set'
const schema =
  'failed to create typed patch object (app/web; /v1, Kind=Secret): .data.X: expected string, got &value.valueUnstructured{Value:587}'

describe('classify', () => {
  it.each<[RefusalKind, string, number, StatusBody | undefined]>([
    ['unauthorized', 'no or a bad token', 401, { reason: 'Unauthorized', message: 'Unauthorized' }],
    ['unauthorized', 'a proxy’s 401', 401, undefined],
    [
      'rbac',
      'a missing permission',
      403,
      { reason: 'Forbidden', message: rbacMessage, details: { name: 'web', kind: 'secrets' } },
    ],
    ['quota', 'a full quota', 403, { reason: 'Forbidden', message: quotaMessage }],
    [
      'terminating',
      'a namespace that is being deleted',
      403,
      {
        reason: 'Forbidden',
        message: 'secrets "web" is forbidden: unable to create new content',
        details: terminating,
      },
    ],
    ['policy', 'an admission policy, as 403', 403, { reason: 'Forbidden', message: policyMessage }],
    ['policy', 'an admission policy, as 422', 422, { reason: 'Invalid', message: policyMessage }],
    ['webhook', 'a webhook that denies', 403, { reason: 'Forbidden', message: webhookMessage }],
    [
      'webhook',
      'a webhook that denies without a reason',
      400,
      { message: 'admission webhook "deny.example.com" denied the request without explanation' },
    ],
    ['webhook', 'a webhook that does not answer', 500, { reason: 'InternalError', message: callMessage }],
    ['webhook-dry-run', 'a webhook with side effects', 400, { reason: 'BadRequest', message: dryRunMessage }],
    [
      'namespace-missing',
      'a namespace that is not there',
      404,
      {
        reason: 'NotFound',
        message: 'namespaces "app" not found',
        details: { name: 'app', kind: 'namespaces' },
      },
    ],
    [
      'not-found',
      'an object that is not there',
      404,
      { reason: 'NotFound', message: 'secrets "web" not found', details: { name: 'web', kind: 'secrets' } },
    ],
    [
      'field-conflict',
      'another manager’s field',
      409,
      { reason: 'Conflict', message: 'Apply failed with 1 conflict', details: conflict },
    ],
    [
      'stale',
      'an object that has changed',
      409,
      {
        reason: 'Conflict',
        message: 'the object has been modified; please apply your changes to the latest version',
        details: { name: 'web', kind: 'secrets' },
      },
    ],
    [
      'exists',
      'an object that is there',
      409,
      { reason: 'AlreadyExists', message: 'namespaces "app" already exists' },
    ],
    ['immutable', 'data of an immutable Secret', 422, { reason: 'Invalid', message: immutable }],
    [
      'immutable',
      'another type',
      422,
      { reason: 'Invalid', message: 'Secret "web" is invalid: type: Invalid value: "x": field is immutable' },
    ],
    [
      'invalid',
      'a field that is not valid',
      422,
      {
        reason: 'Invalid',
        message: 'Secret "web" is invalid',
        details: {
          causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'data[tls.key]' }],
        },
      },
    ],
    [
      'invalid',
      'YAML that is not valid',
      400,
      { reason: 'BadRequest', message: 'error strict decoding YAML' },
    ],
    ['server-error', 'a value that is no text', 500, { message: schema }],
    ['server-error', 'a gateway', 502, undefined],
    ['throttled', 'too many requests, as text', 429, undefined],
    ['throttled', 'too many requests', 429, { reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } }],
    ['redirect', 'a redirect', 302, undefined],
    ['not-an-api-server', 'a page', 200, undefined],
    ['not-an-api-server', 'somebody else’s 403', 403, undefined],
    ['not-an-api-server', 'somebody else’s 404', 404, undefined],
  ])('%s: %s', (kind, _, status, body) => {
    expect(classify(answer(status, body), plain)).toMatchObject({ kind, status })
  })

  it.each<[string, number, string, string | undefined]>([
    ['the quota', 403, quotaMessage, 'few'],
    ['the webhook', 403, webhookMessage, 'deny.example.com'],
    ['the webhook that has side effects', 400, dryRunMessage, 'side.example.com'],
    ['the webhook that is down', 500, callMessage, 'down.example.com'],
    ['the policy', 422, policyMessage, 'no-canaries'],
    ['nobody', 403, rbacMessage, undefined],
    ['nobody where the name is none', 403, 'admission webhook "Zq7 hunter2" denied the request', undefined],
  ])('names %s that refused', (_, status, message, by) => {
    expect(classify(answer(status, { message }), plain).by).toBe(by)
  })

  it('keeps of a cause its reason, its field, and the manager of a conflict', () => {
    const causes = [
      ...conflict.causes,
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "kubectl-client-side-apply" using v1 at 2026-01-05T12:00:00Z',
        field: '.metadata.labels.x',
      },
      { reason: 'FieldValueInvalid', message: 'Invalid value: "Zq7"', field: 'data[a]' },
      { reason: 'Zq7 has spaces', message: 'x', field: 'a\nb' },
      'no cause',
      null,
      { field: 7 },
    ]
    expect(classify(answer(409, { details: { causes } }), plain).causes).toEqual([
      { reason: 'FieldManagerConflict', field: '.data.a', manager: 'kubectl' },
      { reason: 'FieldManagerConflict', field: '.metadata.labels.x', manager: 'kubectl-client-side-apply' },
      { reason: 'FieldValueInvalid', field: 'data[a]', manager: undefined },
      { reason: '', field: '', manager: undefined },
      { reason: '', field: '', manager: undefined },
    ])
  })

  it.each<[string, number, string | undefined, boolean, boolean]>([
    ['a refusal', 403, 'forbidden', false, false],
    ['a conflict', 409, 'conflict', false, false],
    ['a refusal that is no API server’s', 403, undefined, true, false],
    ['a question for credentials, whoever asks', 401, undefined, false, false],
    ['a request to wait, whoever makes it', 429, undefined, false, false],
    ['a redirect', 302, undefined, false, false],
    ['a failure', 500, 'internal error', true, false],
    ['a failure of the storage', 500, 'etcdserver: request timed out', true, true],
    ['a gateway’s failure', 502, undefined, true, true],
    [
      'the API server’s own time limit',
      504,
      'the server was unable to return a response in time',
      true,
      true,
    ],
    ['an answer that can’t be read', 200, undefined, true, false],
  ])(
    'tells whether a write may have been done or may yet be: %s',
    (_, status, message, unknownOutcome, mayComeLate) => {
      const body = message === undefined ? undefined : { kind: 'Status', message }
      expect(classify({ status, headers: {}, body }, plain)).toMatchObject({ unknownOutcome, mayComeLate })
    },
  )

  it.each<[HttpAnswer['headers'], unknown, number | undefined]>([
    [{ 'retry-after': '3' }, undefined, 3000],
    [{ 'retry-after': ['4'] }, { retryAfterSeconds: 9 }, 4000],
    [{}, { retryAfterSeconds: 2 }, 2000],
    [{ 'retry-after': 'Mon, 05 Jan 2026 12:00:00 GMT' }, { retryAfterSeconds: 2 }, 2000],
    [{ 'retry-after': 'soon' }, undefined, undefined],
    [{}, { retryAfterSeconds: '2' }, undefined],
    [{}, undefined, undefined],
  ])('reads how long to wait from %j and %j: %s', (headers, details, ms) => {
    expect(classify(answer(503, { details }, headers), plain).retryAfterMs).toBe(ms)
  })

  it.each([
    undefined,
    null,
    'text',
    [],
    {},
    { kind: 'Secret', data: { a: 'x' } },
    { kind: 'Status', details: null },
    { kind: 'Status', details: { causes: 'x' } },
  ])('takes any body, %j too', (body) => {
    expect(classify({ status: 422, headers: {}, body }, plain).causes).toEqual([])
  })

  it('keeps no message, in no answer', () => {
    const canary = ['ZQ7', 'HUNTER2'].join('_')
    const around = fc.constantFrom(
      '',
      ' ',
      '"',
      "'",
      ': ',
      ' exceeded quota: ',
      'admission webhook "',
      '" denied the request',
      ' field is immutable',
      'does not support dry run',
      "ValidatingAdmissionPolicy '",
    )
    const message = fc.tuple(around, around, around).map(([a, b, c]) => a + b + canary + c)
    const causes = fc.array(
      fc.record({
        reason: fc.constantFrom('FieldManagerConflict', 'FieldValueInvalid'),
        message,
        field: fc.constantFrom('.data.a', ''),
      }),
      { maxLength: 3 },
    )
    const status = fc.constantFrom(400, 401, 403, 404, 409, 422, 429, 500, 503)
    fc.assert(
      fc.property(status, message, causes, (code, text, list) => {
        const refusal = classify(
          answer(code, { reason: text, message: text, details: { name: text, kind: text, causes: list } }),
          plain,
        )
        const error = refusalError('apply of app/web', refusal)
        expect(JSON.stringify([refusal, error.message, error.problems])).not.toContain(canary)
      }),
      { numRuns: 500 },
    )
  })

  it('scrubs every name that it keeps of the server’s', () => {
    const body = { message: quotaMessage, details: conflict }
    const hide = (text: string): string => text.replaceAll(/few|kubectl|data/g, '***')
    const scrubbed = classify(answer(403, body), hide)
    expect([scrubbed.by, scrubbed.causes]).toEqual([
      '***',
      [{ reason: 'FieldManagerConflict', field: '.***.a', manager: '***' }],
    ])
  })
})

describe('refusalError', () => {
  it('says what was refused, by whom, with which status, and which fields', () => {
    const error = refusalError(
      'apply of app/web',
      classify(answer(409, { reason: 'Conflict', details: conflict }), plain),
    )
    expect(error).toMatchObject({
      code: 'CONFLICT',
      message:
        'apply of app/web: other field managers own what would change (409): .data.a is owned by kubectl',
    })
    expect(refusalOf(error)).toMatchObject({ kind: 'field-conflict' })
    expect(refusalError('x', classify(answer(403, { message: quotaMessage }), plain)).message).toBe(
      'x: refused by the ResourceQuota `few` (403)',
    )
  })

  it('is told from any other error', () => {
    expect(refusalOf(new Error('x', { cause: { unknownOutcome: true } }))).toBeUndefined()
    expect(refusalOf(undefined)).toBeUndefined()
  })
})

describe('auditId', () => {
  const id = '0a1b2c3d-0000-4000-8000-00000000000f'
  it.each<[HttpAnswer['headers'], string | undefined]>([
    [{ 'audit-id': id }, id],
    [{ 'audit-id': [id, 'x'] }, id],
    [{ 'audit-id': 'Zq7-hunter2' }, undefined],
    [{ 'audit-id': '-7d2a84f63be10c7f9-7d2a84f63be10c7f9' }, undefined],
    [{ 'audit-id': `${id}\n::error::` }, undefined],
    [{}, undefined],
  ])('of %j is %s', (headers, found) => {
    expect(auditId(headers)).toBe(found)
  })
})
