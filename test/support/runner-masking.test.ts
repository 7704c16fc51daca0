import { describe, expect, test } from 'vitest'
import { createRunnerMasker } from './runner-masking.ts'

function masked(data: string, text: string): string {
  const masker = createRunnerMasker()
  masker.addMask(data)
  return masker.mask(text)
}

describe('the runner masks', () => {
  test.each([
    ['the value itself', 'pa55word-x', 'a pa55word-x b', 'a *** b'],
    ['every occurrence', 'pa55', 'pa55 pa55', '*** ***'],
    ['adjacent finds as one', 'pa55', 'pa55pa55', '***'],
    ['overlapping finds as one', 'abab', 'xababab', 'x***'],
    ['one line, trimmed', ' padded ', '[padded]', '[***]'],
    ['each line, trimmed', 'first-line\n  second-line \r\n', 'second-line', '***'],
    ['a single character, to everybody’s grief', '{\n', '{"a":1}', '***"a":1}'],
    ['base64', 'hello', 'aGVsbG8=', '***'],
    ['base64 behind one byte', 'hello', Buffer.from('xhello').toString('base64'), 'eGhl***'],
    ['base64 behind two bytes', 'hello', Buffer.from('xyhello').toString('base64'), 'eHlo***'],
    ['a double quote escaped', 'pa"ss', 'pa\\"ss', '***'],
    ['a single quote doubled', "pa'ss", "pa''ss", '***'],
    ['JSON', 'pa\tss', 'pa\\tss', '***'],
    ['a data URI', "pa's s!", 'pa%27s%20s%21', '***'],
    ['XML', 'a<b>&"\'', 'a&lt;b&gt;&amp;&quot;&apos;', '***'],
    ['the inside of double quotes', '"quoted-text"', 'quoted-text', '***'],
    ['what stands before an ampersand', 'before&x', 'before& x', '*** x'],
    ['what stands after an ampersand', 'x&afterwards', 'afterwards', '***'],
    ['what stands around `&+`', 'before&+cafterwards', 'before&+ afterwards', '*** ***'],
  ])('%s', (_, data, text, printed) => {
    expect(masked(data, text)).toBe(printed)
  })
})

describe('the runner does not mask', () => {
  test.each([
    ['another case', 'secret-value', 'SECRET-VALUE'],
    ['hex', 'secret-value', Buffer.from('secret-value').toString('hex')],
    ['base64 without its padding', 'secret-valu', 'c2VjcmV0LXZhbHU'],
    ['base64 with something behind', 'secret-valu', Buffer.from('secret-valuX').toString('base64')],
    ['base64url', 'a?>b?>c', Buffer.from('a?>b?>c').toString('base64url')],
    ['a field of JSON', '{"a":"field"}', 'field'],
    ['a short part at an ampersand', 'ab&cd', 'cd'],
  ])('%s', (_, data, text) => {
    expect(masked(data, text)).toBe(text)
  })
})

test('a secret of the job is trimmed', () => {
  const masker = createRunnerMasker()
  masker.addSecret(' padded \n')
  expect([...masker.values]).toEqual(['padded'])
})
