import { describe, expect, test } from 'vitest'
import { assigned } from './assigned.ts'
import { token } from './token.ts'

describe('a value assigned to a name', () => {
  const pattern = assigned({ name: /acme[\w.-]{0,10}key/, value: /[a-f0-9]{8}/ })
  const found = (text: string): readonly (string | undefined)[] => {
    const groups = pattern.exec(text)?.groups
    return [groups?.['key'], groups?.['secret']]
  }

  test.each([
    'acme_key = "0a1b2c3d"',
    "acme_key: '0a1b2c3d'",
    '"acme_key": "0a1b2c3d"',
    '\\"acme_key\\": \\"0a1b2c3d\\"',
    'acme_key=0a1b2c3d',
    'acme_key := `0a1b2c3d`',
    "'acme_key' => '0a1b2c3d'",
    '["acme_key"] = "0a1b2c3d"',
    '<acme_key>0a1b2c3d</acme_key>',
    'acme_key("0a1b2c3d")',
    '"acme_key", "0a1b2c3d"',
    '--acme_key 0a1b2c3d',
    'if (acme_key === "0a1b2c3d")',
  ])('%s', (text) => {
    expect(found(text)).toEqual(['acme_key', '0a1b2c3d'])
  })

  test('the case of the name is free, that of the value is not', () => {
    expect(found('ACME_API-Key=0a1b2c3d')).toEqual(['ACME_API-Key', '0a1b2c3d'])
    expect(found('acme_key=0A1B2C3D')).toEqual([undefined, undefined])
  })

  test.each(['acme_key 5 0a1b2c3d', 'acme_key=0a1b2c3d4', 'acme_key\n=0a1b2c3d', 'acmekex=0a1b2c3d'])(
    'not %j',
    (text) => {
      expect(found(text)).toEqual([undefined, undefined])
    },
  )
})

describe('a token that is no part of a longer word', () => {
  const pattern = token(/tok_[a-z]{4}/, '-')

  test.each([
    'tok_abcd',
    '"tok_abcd"',
    '=tok_abcd;',
    '\\ntok_abcd\\n',
    '\\ttok_abcd',
    '\\rtok_abcd',
    'é tok_abcd',
    'x-tok_abcd',
    '/tok_abcd/',
  ])('%s', (text) => {
    expect(pattern.exec(text)?.[0]).toBe('tok_abcd')
  })

  test.each([
    'xtok_abcd',
    '_tok_abcd',
    '7tok_abcd',
    'ntok_abcd',
    'tok_abcde',
    'tok_abcd_',
    'tok_abcd7',
    'tok_abcd-',
  ])('not %s', (text) => {
    expect(pattern.exec(text)).toBeNull()
  })
})
