import { testRules } from '../../../test/support/rule-tests.ts'
import { form, HEX, hex, named, url64, without, WORD, word } from '../../../test/support/token-forms.ts'
import { CLOUDS } from './clouds.ts'

testRules(CLOUDS, {
  'digitalocean-personal-access-token': { forms: [form('dop_v1_', hex(64))] },
  'digitalocean-oauth-token': { forms: [form('doo_v1_', hex(64))] },
  'digitalocean-refresh-token': { forms: [form('dor_v1_', hex(64))] },
  'alibaba-access-key-id': { forms: [form('LTAI', word(20))], misses: ['LTAIABCDEFGHJKLMNOPQRSTU'] },
  'alibaba-access-key-secret': {
    forms: [
      named('aliyunsecret', word(30)),
      named('alibabasecret', word(30)),
      named('alicloudsecret', word(30)),
    ],
    hits: [[`aliyun.api-x${'x'.repeat(14)}secret=${WORD.slice(0, 30)}`, WORD.slice(0, 30)]],
    misses: [
      `aliyunsecret=abcdefghijklmnopqrstuvwxyzabcd`,
      `aliyun${'x'.repeat(21)}secret=${WORD.slice(0, 30)}`,
    ],
  },
  'tencent-secret-id': { forms: [form('AKID', word(32))], misses: ['AKIDABCDEFGHJKLMNOPQRSTUABCDEFGHJKLM'] },
  'cloudflare-origin-ca-key': { forms: [form('v1.0-', hex(24), '-', hex(146))] },
  'cloudflare-api-token': {
    forms: [
      named('cloudflaretoken', url64(40)),
      named('cloudflarekey', url64(40)),
      named('cf_apitoken', url64(40)),
    ],
    hits: [[`cloudflare.api-x${'x'.repeat(14)}token=${WORD.slice(0, 40)}`, WORD.slice(0, 40)]],
    misses: [
      'cloudflaretoken=abcdefghijklmnopqrstuvwxyzabcdefghijklmn',
      `cloudflare${'x'.repeat(21)}token=${WORD.slice(0, 40)}`,
    ],
  },
  'cloudflare-global-api-key': {
    forms: [named('cloudflarekey', hex(37)), named('cf_apikey', hex(37)), named('x-authkey', hex(37))],
    hits: [
      [`cloudflare.api-x${'x'.repeat(14)}key=${HEX.repeat(3).slice(0, 37)}`, HEX.repeat(3).slice(0, 37)],
    ],
    misses: [`cloudflare${'x'.repeat(21)}key=${HEX.repeat(3).slice(0, 37)}`],
  },
  'yandex-api-key': { forms: [form('AQVN', url64(35, 38))] },
  'yandex-iam-token': {
    forms: [
      form('t1.', url64(20, 300), '.', url64(86)),
      without(form('t1.', url64(20, 300), '==.', url64(86), '=='), 'short', 'altered'),
    ],
    misses: [`t1.${WORD}===.${WORD}${WORD.slice(0, 24)}`, `t1.${WORD}.${WORD}${WORD.slice(0, 24)}===`],
  },
  'linode-token': {
    forms: [named('linodetoken', hex(64)), named('linodepat', hex(64))],
    hits: [[`linode.api-x${'x'.repeat(14)}token=${HEX.repeat(4)}`, HEX.repeat(4)]],
    misses: [`linode${'x'.repeat(21)}token=${HEX.repeat(4)}`],
  },
  'hetzner-cloud-token': {
    forms: [named('hcloudtoken', word(64)), named('hetznertoken', word(64))],
    hits: [[`hcloud.api-x${'x'.repeat(14)}token=${WORD}ab`, `${WORD}ab`]],
    misses: [`hcloud${'x'.repeat(21)}token=${WORD}ab`],
  },
  'ibm-cloud-api-key': {
    forms: [named('ibmkey', url64(44)), named('bluemixkey', url64(44))],
    hits: [[`ibm.api-x${'x'.repeat(14)}key=${WORD.slice(0, 44)}`, WORD.slice(0, 44)]],
    misses: [
      'ibmkey=abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqr',
      `ibm${'x'.repeat(21)}key=${WORD.slice(0, 44)}`,
    ],
  },
})
