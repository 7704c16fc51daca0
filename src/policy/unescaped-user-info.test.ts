import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../config/load.ts'
import { Secret } from '../secret.ts'
import type { Values } from '../values/resolve.ts'
import { unescapedUserInfo } from './unescaped-user-info.ts'

function check(template: string, value: string | Uint8Array | undefined): readonly string[] {
  const text = `version: 1\nsecrets:\n  s:\n    data:\n      URL: '${template}'\n`
  const config = parseConfig(
    text,
    { environment: undefined, namespace: undefined, setFor: () => 's' },
    'f.yml',
  )
  const secret = value === undefined ? undefined : Secret.of(value, () => undefined)
  const values: Values = {
    of: () => ({ value: secret, source: 'env://P', version: undefined, whenAbsent: 'keep' }),
    problems: [],
    notices: [],
  }
  const { problems, warnings } = unescapedUserInfo(config, values)
  expect(warnings).toEqual([])
  return problems.map(({ message, at }) => `${String(at?.line)}: ${message}`)
}

/** Whether a URL gives the password back to who reads it. */
function survives(url: string, password: string): boolean {
  try {
    const parsed = new URL(url)
    return parsed.host === 'host:6379' && decodeURIComponent(parsed.password) === password
  } catch {
    return false
  }
}

const P = '${env://P}'
const found = ['5: s: a value with reserved characters stands in the user-info of a URL without |uri']

describe('a value in the user-info of a URL', () => {
  it.each([
    ['a slash', `postgres://u:${P}@h/db`, 'a/b'],
    ['an at sign', `postgres://u:${P}@h/db`, 'a@b'],
    ['a colon', `redis://:${P}@h`, 'a:b'],
    ['a percent sign', `redis://:${P}@h`, 'a%41'],
    ['a hash', `redis://:${P}@h`, 'a#b'],
    ['a question mark', `redis://:${P}@h`, 'a?b'],
    ['a letter of no ASCII', `redis://:${P}@h`, 'ä'],
    ['white space', `redis://:${P}@h`, 'a b'],
    ['a user name', `postgresql+psycopg://${P}:x@h`, 'a@b'],
    ['a text before', `see amqp://u:pre${P}post@h`, 'a/b'],
    ['two of them', `amqp://${P}:${P}@h`, 'a/b'],
    ['bytes that are no text', `redis://:${P}@h`, Uint8Array.from([0xff])],
    ['base64, which has a slash', 'redis://:${env://P|base64}@h', Uint8Array.from([0xff, 0xff, 0xff])],
    ['JSON, which has quotes', 'redis://:${env://P|json}@h', 'plain'],
  ])('is reported: %s', (_, template, value) => {
    expect(check(template, value)).toEqual(found)
  })

  it.each([
    ['with |uri', 'redis://:${env://P|uri}@h', 'a/b@c'],
    ['with |base64|uri', 'redis://:${env://P|base64|uri}@h', Uint8Array.from([0xff, 0xff, 0xff])],
    ['base64 without a slash', 'redis://:${env://P|base64}@h', 'abc'],
    ['of plain characters', `redis://:${P}@h`, "aZ09-._~!$&'()*+,;="],
    ['in the path', `https://h/${P}`, 'a/b'],
    ['in the query', `https://h?token=${P}`, 'a@b'],
    ['in the host', `https://${P}/x`, 'a:b'],
    ['after the host, with an at sign later', `https://h/${P}/@x`, 'a/b'],
    ['in no URL', `${P}@h`, 'a/b'],
    ['alone', P, 'https://u:p@h'],
    ['that is absent', `redis://:${P}@h`, undefined],
  ])('is let be: %s', (_, template, value) => {
    expect(check(template, value)).toEqual([])
  })

  it('is reported wherever the URL would not give it back as it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const url = `redis://:${value}@host:6379/0`
        if (!survives(url, value)) expect(check(`redis://:${P}@host:6379/0`, value)).toEqual(found)
      }),
    )
  })

  it('is never quoted', () => {
    const canary = ['Zq7', 'hunter2'].join('/')
    expect(check(`redis://:${P}@h`, canary).join()).not.toContain(canary)
  })
})
