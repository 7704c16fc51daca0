import { testRules } from '../../../test/support/rule-tests.ts'
import { form, hex, named, url64, without, word, spoiledOf } from '../../../test/support/token-forms.ts'
import { GOOGLE } from './google.ts'

const id = `GOOG${'1EXQ7'.repeat(12)}`.slice(0, 61)
const hmac = 'q7XkZ/3VbMw9gF+pY2uDc5lHr0nIs1tOa8eEo4Qj'
const key = 'q7XkZ_3VbMw9gF-pY2uDc5lHr0nIs1tOa8eEo4'
const keyId = '7c3a9f0b2e5d18467c3a9f0b2e5d18467c3a9f0b'

testRules(GOOGLE, {
  'google-api-key': { forms: [form('AIza', url64(35))] },
  'google-oauth-client-secret': { forms: [form('GOCSPX-', url64(28))] },
  'google-oauth-access-token': { forms: [form('ya29.', url64(60, 2000))] },
  'google-oauth-refresh-token': {
    forms: [form('1//0', word(1), url64(60, 500))].map((each) => without(each, 'long', 'short')),
    misses: [`1//0${'aB3'.repeat(20)}`, `1//0${'aB3'.repeat(167)}a`, `1//0a${'aB3'.repeat(166)}aaa`],
  },
  'google-service-account-key-id': {
    forms: [
      { ...named('"private_key_id"', hex(40)), before: '"private_key_id": "', name: '' },
      { ...named('', hex(40)), before: '"private_key_id":"', name: '' },
    ].map((each) => without(each, 'inside', 'altered', 'upper')),
    hits: [
      [`\\"private_key_id\\": \\"${keyId}\\"`, keyId],
      [`"private_key_id"     :     "${keyId}"`, keyId],
    ],
    misses: [
      `"private_key_id"      : "${keyId}"`,
      `"private_key_id" :      "${keyId}"`,
      ...['"private_key_id"', ':', '"', '"'].map((piece) =>
        `"private_key_id": "${keyId}"`.replace(piece, ''),
      ),
      `"private_key_id": "${keyId}`,
      `"private_key_id": ${keyId}"`,
      `private_key_id": "${keyId}"`,
      `"private_key_id: "${keyId}"`,
      ...Array.from(
        'private_key_id',
        (_, at) =>
          `"${'private_key_id'.slice(0, at)}${'private_key_id'.slice(at + 1)}": "${keyId}" private_key_id`,
      ),
    ],
  },
  'google-hmac-secret': {
    forms: [],
    hits: [
      [`${id}:${hmac}`, hmac],
      [`access = "${id.slice(0, 24)}"\nsecret = "${hmac}"`, hmac],
      [`${id} ${hmac.toLowerCase().replace('q', 'Q')}`, hmac.toLowerCase().replace('q', 'Q')],
      [`${id}${' '.repeat(60)}${hmac}`, hmac],
      [`${id}"',:;=\naZ_ ${hmac}`, hmac],
    ],
    misses: [
      `${id}${' '.repeat(61)}${hmac}`,
      `GOOG${'Q'.repeat(58)}:${hmac}`,
      `${id.slice(0, 23)}:${hmac}`,
      `${id}QQ:${hmac}`,
      `x${id}:${hmac}`,
      `${id}:${hmac}x`,
      `${id}:${hmac}=`,
      `${id}:${hmac}+`,
      `${id}:x${hmac}`,
      `${id}: ${hmac.slice(1)}`,
      `${id}: ${hmac.slice(1)}-`,
      `${id}: ${hmac.slice(1)}_`,
      `${id}: ${hmac.toLowerCase()}`,
      `${id}: ${hmac.toUpperCase()}`,
      `${id}: ${hmac.replace(/\d/g, 'x')}`,
      `${id.replace('7', '-')}:${hmac}`,
      `${id.replace('7', '_')}:${hmac}`,
      `${id.replace('7', 'x')}:${hmac}`,
      ...Array.from('GOOG', (_, at) => `${id.slice(0, at)}#${id.slice(at + 1)}:${hmac} goog`),
    ],
  },
  'firebase-cloud-messaging-server-key': {
    forms: [without(form('AAAA', url64(7), ':APA91b', url64(134)), 'short')],
    misses: [`"AAAAaB3-_c:APA91b${'aB3'.repeat(44)}Qq"`],
  },
  'recaptcha-secret-key': {
    forms: [named('recaptchasecret', '6L', url64(38)), named('recaptchaprivate', '6L', url64(38))],
    hits: [
      [`recaptchasecret=6L${key}`, `6L${key}`],
      [`recaptcha.secret.key=6L${key}`, `6L${key}`],
      [`recaptcha-private-key-x=6L${key}`, `6L${key}`],
      [`recaptcha${'x'.repeat(20)}secret${'y'.repeat(10)}=6L${key}`, `6L${key}`],
    ],
    misses: [
      `recaptcha${'x'.repeat(21)}secret=6L${key}`,
      `recaptcha_secret${'y'.repeat(11)}=6L${key}`,
      ...spoiledOf('private').map((spoiled) => `recaptcha_${spoiled}=6L${key}`),
      ...spoiledOf('secret').map((spoiled) => `recaptcha_${spoiled}=6L${key}`),
      `recaptcha_site_key = 6L${key}`,
    ],
  },
})
