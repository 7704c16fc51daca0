import { describe, expect, test } from 'vitest'
import { checkType, fullType, isKnownType, requiredKeys, SHORT_TYPES } from './types.ts'

describe('types', () => {
  test('short names stand for full ones', () => {
    expect(SHORT_TYPES.map(fullType)).toEqual([
      'Opaque',
      'kubernetes.io/tls',
      'kubernetes.io/dockerconfigjson',
      'kubernetes.io/basic-auth',
      'kubernetes.io/ssh-auth',
    ])
  })

  test.each([...SHORT_TYPES, 'Opaque', 'kubernetes.io/dockercfg', 'example.com/any', 'helm.sh/release.v1'])(
    '%s is known',
    (type) => {
      expect(isKnownType(type)).toBe(true)
      expect(checkType(fullType(type))).toBeUndefined()
    },
  )

  test.each(['', 'TLS', 'opaque ', 'Tls', 'dockerconfigjson', '/', 'a/', '/a', 'a/b/c', 'a b/c', 'toString'])(
    '%j is not',
    (type) => {
      expect(isKnownType(type)).toBe(false)
      expect(fullType(type)).toBe(type)
    },
  )

  test.each([
    'kubernetes.io/service-account-token',
    'bootstrap.kubernetes.io/token',
    'secretferry.github.io/journal',
  ])('%s is not written', (type) => {
    expect(checkType(type)?.hint).toBeTruthy()
  })

  test('demand their keys', () => {
    expect(requiredKeys('kubernetes.io/tls')).toEqual(['tls.crt', 'tls.key'])
    expect(requiredKeys('Opaque')).toEqual([])
    expect(requiredKeys('toString')).toEqual([])
  })
})
