import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRunnerMasker, type RunnerMasker } from '../test/support/runner-masking.ts'
import { BUDGET } from './mask-forms.ts'
import { createMasks, type Masks } from './masking.ts'

interface Fixture {
  readonly masks: Masks
  readonly emitted: string[]
  readonly warnings: string[]
  readonly runner: RunnerMasker
}

function fixture(...values: readonly (string | Uint8Array)[]): Fixture {
  const emitted: string[] = []
  const warnings: string[] = []
  const runner = createRunnerMasker()
  const masks = createMasks({
    emit: (forms) => {
      emitted.push(...forms)
      for (const form of forms) runner.addMask(form)
    },
    warn: (text) => warnings.push(text),
  })
  values.forEach((value, index) => masks.register(Buffer.from(value), `value ${index + 1}`))
  return { masks, emitted, warnings, runner }
}

/** Values that a policy masks: text of 12 and more characters with at least a letter, all sorts between. */
const text = fc
  .tuple(fc.stringMatching(/^[a-zA-Z]{4}$/), fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 }))
  .map(([letters, rest]) => `${letters.slice(0, 2)}-${rest}-${letters.slice(2)}`)
const oneLine = text.map((value) => value.replace(/[\r\n]/g, '_'))
const around = fc.uint8Array({ maxLength: 7 })

/** Whether the log shows nothing of `form` as a whole. */
function isHidden(runner: RunnerMasker, line: string, form: string): boolean {
  return !runner.mask(line).includes(form)
}

describe('the runner masks, of every text value,', () => {
  const encodings: readonly [string, (value: string) => string][] = [
    ['the value', (value) => value],
    ['hex', (value) => Buffer.from(value).toString('hex')],
    ['hex in capitals', (value) => Buffer.from(value).toString('hex').toUpperCase()],
    ['encodeURIComponent', encodeURIComponent],
    [
      'RFC 3986',
      (value) =>
        encodeURIComponent(value).replace(
          /[!'()*]/g,
          (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
        ),
    ],
    ['a form field', (value) => new URLSearchParams({ '': value }).toString().slice(1)],
    ['JSON', (value) => JSON.stringify(value).slice(1, -1)],
    [
      'Go’s JSON',
      (value) =>
        JSON.stringify(value)
          .slice(1, -1)
          .replaceAll('&', '\\u0026')
          .replaceAll('<', '\\u003c')
          .replaceAll('>', '\\u003e'),
    ],
    ['base64', (value) => Buffer.from(value).toString('base64')],
    ['base64 without padding', (value) => Buffer.from(value).toString('base64').replaceAll('=', '')],
    ['base64url', (value) => Buffer.from(value).toString('base64url')],
  ]
  test.each(encodings)('%s', (_, encode) => {
    fc.assert(
      fc.property(oneLine, (value) => {
        const { runner } = fixture(value)
        expect(isHidden(runner, `before ${encode(value)} after`, encode(value))).toBe(true)
      }),
    )
  })

  test('base64 inside of longer base64, at each alignment', () => {
    fc.assert(
      fc.property(
        oneLine,
        around,
        around,
        fc.constantFrom('base64' as const, 'base64url' as const),
        (value, a, b, alphabet) => {
          const { runner } = fixture(value)
          const left = runner.mask(Buffer.concat([a, Buffer.from(value), b]).toString(alphabet))
          expect(left).toContain('***')
          // What is left decodes to nothing of the value: the characters before, behind, and at most one at each edge.
          expect(left.length).toBeLessThanOrEqual(
            Math.ceil((a.length * 4) / 3) + Math.ceil((b.length * 4) / 3) + 3 + 4 + 2,
          )
        },
      ),
    )
  })

  test('what is left of it without the white space around it', () => {
    fc.assert(
      fc.property(oneLine, fc.constantFrom('\n', ' ', '\r\n', '\t'), (value, space) => {
        const { runner } = fixture(`${space}${value}${space}`)
        expect(isHidden(runner, value, value)).toBe(true)
      }),
    )
  })

  test('each line of it', () => {
    fc.assert(
      fc.property(fc.array(oneLine, { minLength: 2, maxLength: 5 }), (lines) => {
        const { runner } = fixture(lines.join('\n'))
        for (const line of lines) expect(isHidden(runner, line, line)).toBe(true)
      }),
    )
  })
})

test('the runner masks base64, base64url and hex of a value that is not UTF-8', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 200 }), around, (bytes, before) => {
      const value = Buffer.concat([Buffer.of(0xff, 0xfe), bytes])
      const { runner } = fixture(value)
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        expect(isHidden(runner, value.toString(encoding), value.toString(encoding))).toBe(true)
      }
      expect(runner.mask(Buffer.concat([before, value]).toString('base64'))).toContain('***')
    }),
  )
})

describe('the runner is told', () => {
  test('nothing that is short, common, or of several lines', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 8 }), (lines) => {
        const { emitted } = fixture(lines.join('\n'))
        for (const form of emitted) {
          expect(form).not.toMatch(/[\r\n]/)
          expect(form.length).toBeGreaterThanOrEqual(4)
          expect(form.trim()).toBe(form)
        }
      }),
    )
  })

  test('each form once, also when values share forms or come again', () => {
    const { masks, emitted, warnings } = fixture(
      'a-good-long-value',
      'a-good-long-value',
      ' a-good-long-value\n',
    )
    masks.register(Buffer.from('a-good-long-value'), 'another name')
    expect(new Set(emitted).size).toBe(emitted.length)
    expect(warnings).toEqual([])
  })

  test('the key of a PEM file, and not its armour', () => {
    const pem =
      '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEG\nhRANC/AQ=\n-----END PRIVATE KEY-----\n'
    const { emitted, runner } = fixture(pem)
    expect(emitted).toEqual(expect.arrayContaining(['MIGHAgEAMBMGByqGSM49AgEG', 'hRANC/AQ=']))
    expect(runner.mask('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----')
  })

  test('the credentials in a kubeconfig, and not what all kubeconfigs have alike', () => {
    const { runner } = fixture(
      'apiVersion: v1\nkind: Config\nclusters:\n- name: aura-production\nusers:\n- name: ci\n  user:\n    token: eyJhbGciOi\n',
    )
    const alike = [
      'apiVersion: v1',
      'kind: Config',
      'clusters:',
      '- name: aura-production',
      'users:',
      'user:',
    ]
    for (const line of alike) expect(runner.mask(line)).toBe(line)
    expect(runner.mask('    token: eyJhbGciOi')).toBe('    ***')
  })

  test('the leaves of JSON, as written and as meant, and not its structure', () => {
    const { runner, emitted } = fixture(
      '{\n "private_key": "-----BEGIN KEY-----\\nMIIEpAIBAAKCAQEA\\n-----END KEY-----",\n "pin": 9007199254740993123,\n' +
        ' "enabled": true, "port": 5432, "dbname": "aura", "nested": {"deep": ["tok\\"en-value"]}, "url": "redis://:hunter22@r:6379"\n}',
    )
    expect(emitted).toEqual(
      expect.arrayContaining(['MIIEpAIBAAKCAQEA', '9007199254740993123', 'tok"en-value', 'hunter22']),
    )
    for (const alike of ['"enabled": true,', '5432', 'aura-production', '{', '-----BEGIN KEY-----']) {
      expect(runner.mask(alike)).toBe(alike)
    }
  })

  test.each([
    ['postgresql://aura:p%40ss-word@postgres:5432/aura_db', ['aura:p%40ss-word', 'p%40ss-word', 'p@ss-word']],
    ['redis://:pa/ss@word@redis:6379/0', ['pa/ss@word']],
    ['https://ghp_0123456789abcdef@github.com/a/b', ['ghp_0123456789abcdef']],
    [
      'see https://a.example/ and amqp://u:first-one@h, mongodb://u:second-1@h1,h2',
      ['first-one', 'second-1'],
    ],
  ])('the user-info of %s', (url, parts) => {
    expect(fixture(url).emitted).toEqual(expect.arrayContaining(parts))
  })

  test('no user-info where there is none', () => {
    const { runner } = fixture('https://user@registry.example/path@sha256')
    expect(runner.mask('user and path')).toBe('user and path')
  })

  test('the passwords of a registry’s auth', () => {
    const auth = Buffer.from('octo:reg-password').toString('base64')
    const { emitted } = fixture(JSON.stringify({ auths: { 'ghcr.io': { auth } } }))
    expect(emitted).toEqual(expect.arrayContaining([auth, 'octo:reg-password', 'reg-password']))
  })
})

describe('policy', () => {
  test.each([
    'abc',
    'true',
    'ADMIN',
    'prod',
    '1',
    '5432',
    '-1',
    'aaaaaaaaaa',
    '********',
    ' no \n',
    'a\nb\nc\nd\ne',
  ])('%j is not masked, and that is said once by name', (value) => {
    const { emitted, warnings, masks, runner } = fixture(value)
    masks.register(Buffer.from(value), 'value 1')
    expect(warnings).toEqual([expect.stringMatching(/^value 1 is not masked/)])
    expect(masks.unmasked).toEqual(['value 1'])
    expect(runner.mask('true prod 1 5432 created')).toBe('true prod 1 5432 created')
    if (!value.includes('\n') || value.trim().length < 4) expect(emitted).toEqual([])
  })

  test.each(['aura', 'abc-123', '123456', '{"user":"x","password":"hunter2"}'])(
    '%j is masked with a warning',
    (value) => {
      const { emitted, warnings, masks } = fixture(value)
      expect(emitted).not.toEqual([])
      expect(warnings).toEqual([expect.stringMatching(/^value 1 is masked, but/)])
      expect(warnings.join()).not.toContain(value)
      expect(masks.unmasked).toEqual([])
    },
  )

  test.each(['', ' ', '\r\n\t'])('%j is nothing to mask', (value) => {
    expect(fixture(value)).toMatchObject({ emitted: [], warnings: [] })
  })

  test('a second name of an unmaskable value is warned about too', () => {
    const { masks, warnings } = fixture('true')
    masks.register(Buffer.from('true'), 'other')
    expect(warnings).toHaveLength(2)
    expect(masks.unmasked).toEqual(['value 1', 'other'])
  })

  test('the words of our own outputs are never masks', () => {
    const { runner } = fixture('created', 'unchanged', 'false')
    expect(runner.needles.size).toBe(0)
  })
})

test('past the budget come lines and base64 only, and one warning', () => {
  const { masks, emitted, warnings, runner } = fixture()
  for (let n = 0; n < BUDGET; n++) masks.register(Buffer.from(`value-number-${n}-?>`), `value ${n}`)
  const before = emitted.length
  masks.register(Buffer.from('one-more-value'), 'one more')
  expect(emitted.slice(before)).toEqual(['one-more-value', 'b25lLW1vcmUtdmFsdWU'])
  expect(warnings).toEqual([expect.stringContaining('masks')])
  expect(runner.mask('one-more-value')).toBe('***')
})

describe('scrub', () => {
  test('leaves no value, no encoding of it, no line break, nothing unprintable, no command', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '\n',
        '\r',
        '::error::',
        '##[group]',
        ' ',
        '\u202e',
        '\u200b',
        '\u001b[31m',
        '\ud800',
        'VALUE',
      ),
    )
    fc.assert(
      fc.property(oneLine, fc.array(piece, { maxLength: 12 }), (value, pieces) => {
        const { masks } = fixture(value)
        const shown = masks.scrub(pieces.join('').replaceAll('VALUE', value))
        expect(shown).not.toContain(value)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
        expect(shown).not.toMatch(/^\s*::|##\[/)
        expect(shown.length).toBeLessThanOrEqual(2001)
      }),
    )
  })

  test.each([
    ['one\r\ntwo\n\n three ', 'one ⏎ two ⏎ three'],
    ['::add-mask::x', ': :add-mask::x'],
    ['  \n ::stop-commands::t', ': :stop-commands::t'],
    ['dial tcp [::1]:443', 'dial tcp [::1]:443'],
    ['x ##[command]y', 'x ## [command]y'],
    ['a\u202eb\u0007c\u{e0041}', 'a\\u{202e}b\\u{7}c\\u{e0041}'],
    ['naïve – 日本語 😀', 'naïve – 日本語 😀'],
    ['wrong password the-pass-word!', 'wrong password ***!'],
    ['"the-pass-wordthe-pass-word"', '"***"'],
  ])('%j', (foreign, shown) => {
    expect(fixture('the-pass-word').masks.scrub(foreign)).toBe(shown)
  })

  test('replaces before it cuts, so that no piece of a value is left at the end', () => {
    const value = 'the-long-password-of-thirty-chars'
    const { masks } = fixture(value)
    for (const before of [1980, 1999, 7990, 7999]) {
      expect(masks.scrub('x'.repeat(before) + value.repeat(3))).not.toContain('the-lo')
    }
  })

  test('does not leave a single surrogate at the cut', () => {
    expect(
      fixture()
        .masks.scrub('x'.repeat(1999) + '😀'.repeat(9))
        .isWellFormed(),
    ).toBe(true)
  })
})

test('covers tells what the runner would mask', () => {
  fc.assert(
    fc.property(oneLine, fc.string(), (value, other) => {
      const { masks, runner } = fixture(value)
      const texts = [
        value,
        other,
        JSON.stringify({ value }),
        Buffer.from(`${other}${value}`).toString('base64'),
      ]
      for (const each of texts) {
        if (runner.mask(each) !== each) expect(masks.covers(each)).toBe(true)
      }
      expect(masks.covers(value)).toBe(true)
    }),
  )
})

test('a value that is JSON of the strangest kind does no harm', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (json) => {
      expect(() => fixture(json, `[${json},"\\ud800-lone-surrogate"]`)).not.toThrow()
    }),
  )
  expect(() => fixture(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)).not.toThrow()
})

test.each([
  ['one long line', 'a1'.repeat(500_000)],
  ['nothing but beginnings of URLs', 'a://'.repeat(250_000)],
  ['nothing but ends of user-infos', 'redis://:a@'.repeat(90_000)],
  ['many short lines', 'word\n'.repeat(200_000)],
  ['an endless key', `${'a'.repeat(500_000)}${' '.repeat(500_000)}x\nb`],
])('a value of 1 MB is registered in time that grows with its length: %s', (_, value) => {
  expect(fixture(value).warnings).toEqual([])
})
