import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { testRules } from '../../../test/support/rule-tests.ts'
import {
  BASE64,
  chars,
  form,
  spoiledOf,
  UPPER_HEX,
  URL64,
  url64,
  within,
  without,
} from '../../../test/support/token-forms.ts'
import { ageSum } from './bech32.ts'
import { KEYS } from './keys.ts'
import { isPrivateKeyText } from './private-key-text.ts'

const PRIVATE = ['PRIVATE', 'KEY'].join(' ')
const body = Array.from({ length: 12 }, (_, nth) =>
  `M${BASE64.slice(nth)}${BASE64.slice(0, nth)}`.slice(0, 64),
).join('\n')
const begin = (kind: string): string => `-----BEGIN ${kind}${PRIVATE}-----`
const kinds = ['', 'RSA ', 'DSA ', 'EC ', 'OPENSSH ', 'SSH2 ENCRYPTED ', 'ANY ']
const WG = `${BASE64.slice(0, 42)}A=`
const CHECKED = 'the check counts'

describe('keys as Node writes them', () => {
  test.each([
    [
      'RSA',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs1', format: 'pem' }),
    ],
    ['PKCS #8', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })],
    [
      'EC',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }),
    ],
  ])('%s: in lines, in one line, indented, in code, in comments', (_, key) => {
    const text = String(key)
    const lines = text.trimEnd().split('\n')
    for (const written of [
      text,
      text.replaceAll('\n', '\r\n'),
      JSON.stringify(text),
      JSON.stringify(JSON.stringify(text)),
      lines.map((line) => `    ${line}`).join('\n'),
      lines.map((line) => `"${line}\\n" +`).join('\n'),
      lines.map((line) => `# ${line}`).join('\n'),
      lines.map((line) => `'${line}',`).join('\n'),
    ]) {
      const secret = /-----BEGIN [A-Z ]*-----([^-]*)/.exec(written)?.[1] ?? ''
      expect(isPrivateKeyText(secret), JSON.stringify(written.slice(0, 40))).toBe(true)
    }
  })

  test.each([
    ['code that looks for one', `", "x") { return parseTheKey(text, options, callback) }`],
    ['an ellipsis', `\n...\n`],
    ['a placeholder', `\nMIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyFxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n`],
    ['words', `\n${'thisisnotthekeythatyouarelookingfor'.repeat(3)}\n`],
    ['too short a text', `\n${BASE64.slice(0, 59)}\n`],
    ['one character again and again', `\n${'AbCdEfGh'.repeat(20)}\n`],
  ])('none: %s', (_, text) => {
    expect(isPrivateKeyText(text)).toBe(false)
  })

  test('the shortest there is', () => {
    expect(isPrivateKeyText(`\n${BASE64.slice(0, 60)}\n`)).toBe(true)
  })
})

/** Each line of what comes before a key spoiled. */
const pem = (before: string): readonly string[] => spoiledOf(before).map((spoiled) => `${spoiled}\n${body}\n`)
const lines = `\n${body}\n`
const long = (size: number): string => `\n${body.repeat(Math.ceil(size / body.length))}`.slice(0, size)
const HEXES = UPPER_HEX.repeat(2)
const dek = (cipher: string, salt = HEXES.slice(0, 16)): string => `DEK-Info: ${cipher},${salt}`
const ppk = (before: string): string => `PuTTY-User-Key-File-3: ssh-ed25519\n${before}`
const ppkHead = 'Encryption: none\nComment: x\nPublic-Lines: 2\nAAAA\nPrivate-Lines: 1'
const PPK = ['Encryption: none', 'Comment: ', 'Public-Lines: ', 'Private-Lines: ']
const d = URL64.slice(0, 43)
const jwk = (key = '{"d":"', value = d, end = '"'): string =>
  `{"kty":"EC","x":${key}${value}${end},"y":"abc"}`
const BECH32 = 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'
const LS0 = `LS0tLS1CRUdJTi${BASE64.repeat(2)}`
const SIGNIFY = `RW${BASE64.repeat(3).slice(0, 136)}`
const dropped = (text: string): readonly string[] =>
  Array.from(text, (_, at) => text.slice(0, at) + text.slice(at + 1))

testRules(KEYS, {
  'private-key': {
    forms: [],
    hits: [
      ...kinds.map((kind): [string, string] => [`${begin(kind)}${lines}-----END`, lines]),
      [`${begin('')}${long(12_000)}-----END`, long(12_000)],
    ],
    misses: [
      ...kinds.flatMap((kind) => pem(begin(kind))),
      ...kinds
        .flatMap((kind) => dropped(kind).map((each) => `${begin(each)}${lines}`))
        .filter((text) => !kinds.some((kind) => text.startsWith(begin(kind)))),
      `${begin('')}\n...\n`,
      `${begin('')}\n${'some words '.repeat(9)}`,
    ],
    equivalent: { '{40,12000}: ': CHECKED },
  },
  'encrypted-private-key': {
    forms: [],
    hits: [
      [`${begin('ENCRYPTED ')}${lines}-----END`, lines],
      [`${begin('ENCRYPTED ')}${long(12_000)}-----END`, long(12_000)],
    ],
    misses: [
      ...pem(begin('ENCRYPTED ')),
      `${begin('ENCRYPTED ')}\n...\n`,
      `${begin('ENCRYPTED ')}\n${'some words '.repeat(9)}`,
    ],
    equivalent: { '{40,12000}: ': CHECKED },
  },
  'legacy-encrypted-private-key': {
    forms: [],
    hits: [
      [`${dek('AES-128-CBC')}${lines}-----END`, lines],
      [`${dek('DES')}${long(12_000)}-----END`, long(12_000)],
      [`${dek('A-5'.repeat(7).slice(1), HEXES)}${lines}-----END`, lines],
    ],
    misses: [
      ...spoiledOf(dek('DES').slice(0, 10)).map((spoiled) => `${spoiled}DES,${HEXES}${lines}`),
      ...['DE', 'A-5'.repeat(7), 'des', 'A_S'].map((cipher) => `${dek(cipher)}${lines}`),
      `${dek('DES').replace(',', '')}${lines}`,
      ...['', '-', '_', 'G', 'g'].map((last) => `${dek('DES', `${HEXES.slice(0, 15)}${last}`)}${lines}`),
      `${dek('DES')}\n...\n`,
      `${dek('DES')}\n${'some words '.repeat(9)}`,
    ],
    equivalent: { '{40,12000}: ': CHECKED, '{16,32}: high plus': 'more of it would be taken for the key' },
  },
  'pgp-private-key': {
    forms: [],
    hits: [
      [`-----BEGIN PGP ${PRIVATE} BLOCK-----${long(80)}-----END`, long(80)],
      [`-----BEGIN PGP ${PRIVATE} BLOCK-----${long(20_000)}-----END`, long(20_000)],
    ],
    misses: [
      ...pem(`-----BEGIN PGP ${PRIVATE} BLOCK-----`),
      `-----BEGIN PGP ${PRIVATE} BLOCK-----${long(79)}-----END`,
    ],
    equivalent: { '{80,20000}: high plus': 'the rest is in no match' },
  },
  'putty-private-key': {
    forms: [],
    hits: [
      [ppk(`${ppkHead}${lines}`), lines],
      [
        ppk(
          `Encryption: none${' '.repeat(20)}Comment: ${'c'.repeat(200)}Public-Lines: ${'A'.repeat(3000)}Private-Lines: 123${long(6000)}`,
        ),
        long(6000),
      ],
      [ppk(`Encryption: none Comment: cPublic-Lines: APrivate-Lines: 9${lines}`), lines],
    ],
    misses: [
      ...PPK.flatMap((piece) =>
        [...dropped(piece), ...spoiledOf(piece)].map((text) => `${ppkHead.replace(piece, text)}${lines}`),
      ).filter((text) => PPK.some((piece) => !text.includes(piece))),
      ...['x', 'X', '-', '_', ''].map((count) => ppk(`${ppkHead.replace(/1$/, count)}${lines}`)),
      ppk(`Encryption: none${' '.repeat(21)}Comment: cPublic-Lines: APrivate-Lines: 9${lines}`),
      ppk(`Encryption: none Comment: ${'c'.repeat(201)}Public-Lines: APrivate-Lines: 9${lines}`),
      ppk(`Encryption: none Comment: cPublic-Lines: ${'A'.repeat(3001)}Private-Lines: 9${lines}`),
      ppk(`Encryption: noneComment: cPublic-Lines: APrivate-Lines: 9${lines}`),
      ppk(`Encryption: none Comment: Public-Lines: APrivate-Lines: 9${lines}`),
      ppk(`Encryption: none Comment: cPublic-Lines: Private-Lines: 9${lines}`),
      ppk(`${ppkHead}\n...\n`),
      ppk(`${ppkHead}\n${'some words '.repeat(9)}`),
    ],
    equivalent: { '{40,6000}: ': CHECKED, '{1,3}: high plus': 'a fourth digit would be taken for the key' },
  },
  'json-web-key': {
    forms: [
      without(within('{"kty":"EC","d":"', '"}', url64(40, 700)), 'name', 'inside'),
      without(within('[{"kty":"EC"},{ \n "d" : "', '"}', url64(40, 700)), 'name', 'inside'),
    ],
    hits: [
      [`{${' '.repeat(20)}"d"    :    "${d}", "kty": "EC"}`, d],
      [`["d":"${d}", "kty": "EC"}`, d],
      [`{\\"d\\":\\"${d}\\",\\"kty\\":\\"EC\\"}`, d],
    ],
    misses: [
      ...['{"e":"', '{"d"x"', '{"d:"', '{d":"', '{"d":', '"d":"', '{"":"', '{"d""'].map((key) => jwk(key)),
      ...['x', 'X', '1', '_', '-'].map((before) => jwk(`${before}"d":"`)),
      jwk('{"d":"', d, ''),
      ...[`{${' '.repeat(21)}"d":"`, '{"d"     :"', '{"d":     "'].map((key) => jwk(key)),
    ],
  },
  'age-secret-key': {
    forms: [form('AGE-SECRET-KEY-1', chars(BECH32, 52), ageSum)],
    misses: [`AGE-SECRET-KEY-1${BECH32.repeat(2).slice(0, 58)}`],
  },
  'minisign-secret-key': {
    forms: [
      within('comment: minisign encrypted secret key\n', '\n', 'RW', chars(BASE64, 136, 210)),
      within('comment: signify secret key\r\n', '\n', 'RW', chars(BASE64, 136, 210)),
    ].map((each) => without(each, 'name', 'inside')),
    hits: [
      [`signify secret key\\n${SIGNIFY}==\\n`, `${SIGNIFY}==`],
      [`signify secret key\n${SIGNIFY}=\n`, `${SIGNIFY}=`],
    ],
    misses: [
      ...['x', '=', '+', '/', 'X', '0'].map((end) => `signify secret key\n${SIGNIFY}==${end}`),
      ...['signify secret key', 'encrypted secret key'].flatMap((line) =>
        [...spoiledOf(line), ...dropped(line), `${line}x`].map((text) => `${text}\n${SIGNIFY}`),
      ),
      ...['', 'n', '\\', '\r'].map((end) => `signify secret key${end}${SIGNIFY}`),
    ],
  },
  'wireguard-private-key': {
    forms: [
      without(within('PrivateKey=', '\n', chars(BASE64, 42), chars('QAEIMUYcgkosw048', 1), '='), 'inside'),
    ],
    hits: [[`PrivateKey    =    ${WG}`, WG]],
    misses: [
      `PrivateKey=${WG}=`,
      `PrivateKey     =${WG}`,
      `PrivateKey=     ${WG}`,
      `PrivateKey=${'abcdefghijklmnopqrstuvwxyz'.repeat(2).slice(0, 42)}A=`,
    ],
  },
  'kubeconfig-client-key': {
    forms: [
      without(
        within('client-key-data: ', '\n', 'LS0tLS1CRUdJTi', chars(BASE64, 100, 8000)),
        'strange',
        'inside',
        'long',
      ),
    ],
    hits: [
      [`client-key-data'    :    '${LS0}'`, LS0],
      [`"client-key-data":"${LS0}==="`, `${LS0}==`],
      [`client-key-data: ${LS0}_`, LS0],
      [`client-key-data: ${LS0}-`, LS0],
      [
        `client-key-data: LS0tLS1CRUdJTi${BASE64.repeat(126).slice(0, 8000)}a`,
        `LS0tLS1CRUdJTi${BASE64.repeat(126).slice(0, 8000)}`,
      ],
    ],
    misses: [
      `client-key-data     :${LS0}`,
      `client-key-data:     ${LS0}`,
      `client-key-data""${LS0}`,
      ...['x', 'X', '1', '_', '-'].flatMap((each) => [
        `client-key-data${each}:${LS0}`,
        `client-key-data:${each}${LS0}`,
      ]),
    ],
  },
})
