import { describe, expect, test } from 'vitest'
import { APPLY, MERGE, message, refusal, secret, type Draft, type World } from './world.ts'

/** Configurations that can't be read as a Secret: 500, and what the message says of them. */
const UNREADABLE: readonly (readonly [string, object, string])[] = [
  [
    'a number as a value',
    { data: { a: 587 } },
    '.data.a: expected string, got &value.valueUnstructured{Value:587}',
  ],
  [
    'an object as a value',
    { data: { a: { b: 'c' } } },
    '.data.a: expected string, got &value.valueUnstructured',
  ],
  ['data that is a text', { data: 'abc' }, '.data: expected map, got &{abc}'],
  ['a text for immutable', { immutable: 'yes' }, '.immutable: expected boolean, got &{yes}'],
  ['an unknown field', { bogus: 1 }, '.bogus: field not declared in schema'],
  [
    'an unknown field of metadata',
    { metadata: { name: 's', bogus: 1 } },
    '.metadata.bogus: field not declared in schema',
  ],
  [
    'a number as a label',
    { metadata: { name: 's', labels: { a: 1 } } },
    '.metadata.labels.a: expected string, got &value',
  ],
  ['what is not base64', { data: { a: 'abc-' } }, 'illegal base64 data at input byte 3'],
  ['base64 without its padding', { data: { a: 'YQ' } }, 'illegal base64 data at input byte 0'],
]

const OPTIONS: readonly (readonly [query: string, cause: string])[] = [
  ['', 'FieldValueRequired fieldManager'],
  [`fieldManager=${'m'.repeat(129)}`, 'FieldValueTooLong fieldManager'],
  ['fieldManager=a%0Ab', 'FieldValueInvalid fieldManager'],
  ['fieldManager=alice&dryRun=some', 'FieldValueNotSupported dryRun'],
  ['fieldManager=alice&fieldValidation=some', 'FieldValueNotSupported fieldValidation'],
]

/** Requests that can't be obeyed as they are. */
export function refusalContract(world: World): void {
  describe('refusals', () => {
    test.each(UNREADABLE)('an apply of %s is 500', async (_, fields, told) => {
      const namespace = await world.namespace()
      const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...fields }
      const path = `${namespace.path('s')}?fieldManager=alice&fieldValidation=Strict`
      const answer = await world.server().request('PATCH', path, body, APPLY)
      expect(refusal(answer)).toEqual([500, undefined])
      expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code: 500 })
      expect(message(answer)).toContain(told)
      expect((await namespace.get('s')).status).toBe(404)
    })

    test.each(OPTIONS)('an apply with the options %j is 422', async (query, cause) => {
      const namespace = await world.namespace()
      const path = query === '' ? namespace.path('s') : `${namespace.path('s')}?${query}`
      const answer = await world.server().request('PATCH', path, secret('s'), APPLY)
      expect(refusal(answer)).toEqual([422, 'Invalid', cause])
      expect(answer.body).toHaveProperty('details.kind', 'PatchOptions')
    })

    test('a field manager of 128 characters is fine', async () => {
      const namespace = await world.namespace()
      expect((await namespace.apply('s', {}, `fieldManager=${'m'.repeat(128)}`)).status).toBe(201)
    })

    const bad: readonly (readonly [string, object | string])[] = [
      ['another kind', { ...secret('s'), kind: 'ConfigMap' }],
      ['no apiVersion', { kind: 'Secret', metadata: { name: 's' } }],
      ['managedFields', secret('s', { metadata: { managedFields: [] } })],
      ['another name', secret('other')],
      ['another namespace', secret('s', { metadata: { namespace: 'other' } })],
      ['no name', { apiVersion: 'v1', kind: 'Secret' }],
      ['half a document', '{"apiVersion":'],
    ]
    test.each(bad)('an apply with %s is 400', async (_, body) => {
      const namespace = await world.namespace()
      const path = `${namespace.path('s')}?fieldManager=alice`
      expect(refusal(await world.server().request('PATCH', path, body, APPLY))).toEqual([400, 'BadRequest'])
    })

    const unreadable: readonly (readonly [string, Draft, string])[] = [
      [
        'a number as a value',
        { data: { a: 587 } },
        'json: cannot unmarshal number into Go struct field Secret.data',
      ],
      ['what is not base64', { data: { a: 'abc-' } }, 'illegal base64 data at input byte 3'],
    ]
    test.each(unreadable)('a POST of %s is 400', async (_, draft, told) => {
      const namespace = await world.namespace()
      const answer = await namespace.post('s', draft)
      expect(refusal(answer)).toEqual([400, 'BadRequest'])
      expect(message(answer)).toContain(told)
    })

    test('a POST of half a document is 400, and quotes its beginning', async () => {
      const namespace = await world.namespace()
      const answer = await world.server().request('POST', namespace.path(), '{"data":{"a":"c2VjcmV0"')
      expect(refusal(answer)).toEqual([400, 'BadRequest'])
      expect(message(answer)).toContain('({"data":{"a":"c2VjcmV0")')
    })

    test('a merge patch that is no JSON is 400', async () => {
      const namespace = await world.namespace()
      await namespace.post('s', {})
      const answer = await world.server().request('PATCH', namespace.path('s'), 'nonsense', MERGE)
      expect(refusal(answer)).toEqual([400, 'BadRequest'])
    })
  })
}
