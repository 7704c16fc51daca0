import { describe, expect, test } from 'vitest'
import {
  checkAnnotation,
  checkAnnotationSize,
  checkDataKey,
  checkLabel,
  checkNamespace,
  checkSecretName,
} from './names.ts'

const long = (length: number) => 'a'.repeat(length)

describe('a Secret’s name', () => {
  const subdomain = `${long(63)}.${long(63)}.${long(63)}.${long(61)}`
  test.each(['a', '0', 'a-b', 'a.b', '1.2', 'backend-secrets', long(253), subdomain])('%s', (name) => {
    expect(checkSecretName(name)).toBeUndefined()
  })

  test.each(['', 'A', 'a_b', '-a', 'a-', '.a', 'a.', 'a..b', 'a.-b', 'a/b', 'a b', 'ä', 'a\n', long(254)])(
    'not %j',
    (name) => {
      expect(checkSecretName(name)).toMatchObject({
        message: expect.stringContaining('not a name') as string,
      })
    },
  )
})

describe('a namespace', () => {
  test.each(['a', '0', 'a-b', long(63)])('%s', (name) => {
    expect(checkNamespace(name)).toBeUndefined()
  })

  test.each(['', 'A', 'a.b', 'a_b', '-a', 'a-', 'a/b', 'a\n', long(64)])('not %j', (name) => {
    expect(checkNamespace(name)).toBeDefined()
  })
})

describe('a data key', () => {
  test.each(['a', 'A_B', 'tls.crt', '.dockerconfigjson', '-', '_', '...a'.slice(2), 'a..b', '0', long(253)])(
    '%s',
    (key) => {
      expect(checkDataKey(key)).toBeUndefined()
    },
  )

  test.each(['', '.', '..', '..a', '...', 'a/b', 'a b', 'ä', 'a\n', 'a=b', long(254)])('not %j', (key) => {
    expect(checkDataKey(key)).toBeDefined()
  })
})

describe('a label', () => {
  test.each([
    ['a', ''],
    ['a', 'b'],
    ['A.b_c-9', 'X.y_z-0'],
    ['example.com/name', 'v'],
    [`${long(253)}/${long(63)}`, long(63)],
    ['app.kubernetes.io/name', 'x'],
    ['secretferry.github.io', 'x'],
    ['x.secretferry.github.io/name', 'x'],
  ])('%s=%s', (key, value) => {
    expect(checkLabel(key, value)).toBeUndefined()
  })

  test.each([
    '',
    '/',
    'a/',
    '/a',
    'a/b/c',
    'Example.com/name',
    'exa_mple.com/name',
    '-a',
    'a-',
    'a b',
    long(64),
    `${long(254)}/a`,
  ])('not the key %j', (key) => {
    expect(checkLabel(key, 'x')?.message).toContain('is not a key for a label')
  })

  test.each(['-a', 'a-', 'a b', 'a/b', 'ä', long(64), 'owner/repository'])(
    'not the value %j, unquoted',
    (value) => {
      const finding = checkLabel('key', value)
      expect(finding?.message).toBe('the value of the label "key" is not one for a label')
    },
  )

  test.each(['app.kubernetes.io/managed-by', 'secretferry.github.io/set', 'secretferry.github.io/x'])(
    'not %s, which is ours',
    (key) => {
      expect(checkLabel(key, 'x')?.message).toContain('is set by the action itself')
    },
  )
})

describe('an annotation', () => {
  test.each(['a', 'example.com/name', 'Example.com/Name', 'reloader.stakater.com/match'])('%s', (key) => {
    expect(checkAnnotation(key)).toBeUndefined()
  })

  test.each(['', 'a/b/c', 'a b', '-a/b'])('not %j', (key) => {
    expect(checkAnnotation(key)?.message).toContain('is not a key for an annotation')
  })

  test.each(['secretferry.github.io/revisions', 'Secretferry.GitHub.io/x', 'app.kubernetes.io/managed-by'])(
    'not %s, which is ours',
    (key) => {
      expect(checkAnnotation(key)?.message).toContain('is set by the action itself')
    },
  )

  test('all together up to 256 KiB, keys and bytes counted', () => {
    expect(checkAnnotationSize({})).toBeUndefined()
    expect(checkAnnotationSize({ key: 'x'.repeat(262_144 - 3) })).toBeUndefined()
    expect(checkAnnotationSize({ key: 'x'.repeat(262_144 - 2) })).toBeDefined()
    expect(checkAnnotationSize({ a: 'ä'.repeat(131_071), b: '' })).toBeUndefined()
    expect(checkAnnotationSize({ a: 'ä'.repeat(131_072), b: '' })).toBeDefined()
  })
})

test('what is no name of any kind is not repeated', () => {
  expect(checkSecretName('pa$$word')?.message).toBe('what is given is not a name for a Secret')
  expect(checkDataKey(long(254))?.message).toBe('what is given is not a key for a Secret')
  expect(checkDataKey('a/b')?.message).toBe('"a/b" is not a key for a Secret')
})
