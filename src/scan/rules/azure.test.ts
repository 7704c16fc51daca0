import { testRules } from '../../../test/support/rule-tests.ts'
import {
  BASE32,
  BASE64,
  chars,
  form,
  LETTERS,
  named,
  URL64,
  url64,
  within,
  without,
  WORD,
  word,
  write,
  type Form,
  spoiledOf,
} from '../../../test/support/token-forms.ts'
import { AZURE } from './azure.ts'

const base64 = (min: number): Form['parts'][number] => chars(BASE64, min)
/** The last character of a text in base64 of one byte more than a multiple of three. */
const last = chars('AQgw', 1)
const marked = (size: number, mark: string, end: string): Form =>
  without(
    {
      ...form(base64(size), mark, base64(5), ...(end === '==' ? [last] : []), end),
      before: 'key: ',
      after: '\n',
    },
    'upper',
  )
const key32 = `q7XkZ/3VbMw9gF+pY2uDc5lHr0nIs1tOa8eEo4QjTyu=`
const key64 = `${key32.slice(0, 43)}${key32.slice(0, 43)}==`
const CHECKED = 'the check knows the whole form'
const emulator = [
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq',
  'K1SZFPTOtr/KBHBeksoGMGw==',
].join('/')
const base64Key = (size: number, end: string): Form['parts'] => [chars(BASE64, size), end]
const common = (...end: Form['parts']): Form['parts'] => [
  word(52),
  'JQQJ9',
  chars('9DH', 1),
  word(1),
  chars('GBDACEFHILJK', 1),
  word(16),
  chars(LETTERS, 1),
  word(7),
  ...end,
]

testRules(AZURE, {
  'azure-storage-key': { forms: [marked(76, '+ASt', '==')] },
  'azure-account-key': {
    forms: [
      without(within('AccountName=x;AccountKey=', ';', ...base64Key(86, '==')), 'name', 'inside'),
      without(within('AccountKey=', '', ...base64Key(86, '==')), 'name', 'inside'),
      without(within('accountKey=', '', ...base64Key(86, '==')), 'name', 'inside'),
    ],
    hits: [[`AccountKey    =    ${key64}`, key64]],
    misses: [
      `AccountKey=${key64}=`,
      `AccountKey     =${key64}`,
      `AccountKey=     ${key64}`,
      `AccountKey=${emulator}`,
      ...spoiledOf('AccountKey=').map((spoiled) => `${spoiled}${key64}`),
      `ACcountKey=${key64}`.replace('AC', 'XC'),
      `XccountKey=${key64}`,
      `xccountKey=${key64}`,
      `1ccountKey=${key64}`,
      `_ccountKey=${key64}`,
      `-ccountKey=${key64}`,
    ],
  },
  'azure-cosmos-key': { forms: [marked(76, 'ACDb', '==')] },
  'azure-batch-key': { forms: [marked(76, '+ABa', '==')] },
  'azure-api-management-key': { forms: [marked(76, 'APIM', '==')] },
  'azure-messaging-key': {
    forms: ['+ASb', '+AEh', '+ARm', 'AZEG'].map((mark) =>
      without(
        {
          ...form(base64(33), mark, chars('GBDACEFHILJKMNOP', 1), base64(5), '='),
          before: 'key: ',
          after: '\n',
        },
        'upper',
      ),
    ),
  },
  'azure-iot-key': {
    forms: [
      without(
        { ...form(base64(33), 'AIoT', chars('GBDACEFHILJKMNOP', 1), base64(5), '='), before: 'key: ' },
        'upper',
      ),
    ],
  },
  'azure-redis-key': {
    forms: [
      without(
        { ...form(base64(33), 'AzCa', chars('GBDACEFHILJKMNOP', 1), base64(5), '='), before: 'key: ' },
        'upper',
      ),
    ],
  },
  'azure-container-registry-key': {
    forms: [without({ ...form(base64(42), '+ACR', chars('BADC', 1), base64(5)), before: 'key: ' }, 'upper')],
  },
  'azure-search-key': { forms: [form(word(42), 'AzSe', chars('BADC', 1), word(5))] },
  'azure-functions-key': { forms: [form(url64(44), 'AzFu', url64(5), chars('AQgw', 1), '==')] },
  'azure-common-annotated-key': {
    forms: [without(form(...common()), 'long'), without(form(...common(word(2), '==')), 'short', 'altered')],
    misses: [
      `"${write(common())}x"`,
      `"${write(common())}xy="`,
      `"${write(common())}xyz=="`,
      `"${write(common())}x=="`,
      `"${write(common())}x-=="`,
      `"${write(common())}x_=="`,
      `"${write([word(53), ...common().slice(1)])}"`,
      ...[2, 3, 4, 5, 6, 7].map(
        (nth) => `"${write(common().flatMap((part, at) => (at === nth ? [part, 'D'] : [part])))}"`,
      ),
    ],
  },
  'azure-entra-client-secret': {
    forms: [
      without(form(chars(`${URL64}~.`, 3), '7Q~', chars(`${URL64}~.`, 31, 34)), 'altered'),
      without(form(chars(`${URL64}~.`, 3), '8Q~', chars(`${URL64}~.`, 31, 34)), 'altered'),
    ],
    misses: ['7', 'Q', '~']
      .flatMap((each) =>
        ['x', 'X', '9', '_', '-'].map((other) => `"abc${'7Q~'.replace(each, other)}${URL64.slice(0, 32)}"`),
      )
      .concat([
        `"abcQ~${URL64.slice(0, 32)}"`,
        `"abc7~${URL64.slice(0, 32)}"`,
        `"abc7Q${URL64.slice(0, 32)}"`,
      ]),
  },
  'azure-shared-access-key': {
    forms: [without(within('SharedAccessKey=', '', ...base64Key(43, '=')), 'inside')],
    hits: [[`SharedAccessKey    =    ${key32};`, key32]],
    misses: [`SharedAccessKey=${key32}=`, `SharedAccessKey     =${key32}`, `SharedAccessKey=     ${key32}`],
  },
  'azure-shared-access-signature': {
    forms: [
      ...['?sig=', '&sig=', ';sig='].map((before) =>
        without(within(before, '&', chars(`${WORD}+/`, 43), '='), 'inside'),
      ),
    ],
    hits: [
      [`?sig=${'%2B%2f%2F'.repeat(14)}%2b%3D`, `${'%2B%2f%2F'.repeat(14)}%2b%3D`],
      [`&amp;sig=${'%2f'.repeat(20)}${WORD.slice(0, 23)}%3d`, `${'%2f'.repeat(20)}${WORD.slice(0, 23)}%3d`],
      [`?sig=${'%2b'.repeat(20)}${WORD.slice(0, 23)}=`, `${'%2b'.repeat(20)}${WORD.slice(0, 23)}=`],
    ],
    misses: [
      `?sig=${key32}=`,
      `?sig=${key32}x`,
      `?sig=${key32}%3D`,
      `xsig=${key32}`,
      `_sig=${key32}`,
      `-sig=${key32}`,
      `1sig=${key32}`,
      `Xsig=${key32}`,
      `?sig=${'%2D'.repeat(43)}=`,
      `?sig=${'%2B'.repeat(44)}=`,
    ],
    equivalent: {
      '{43,132}:': CHECKED,
      '_ added to [A-Za-z0-9%+/]': CHECKED,
      '\\- added to [A-Za-z0-9%+/]': CHECKED,
    },
  },
  'azure-app-configuration-secret': {
    forms: [
      without(within('.azconfig.io;Id=ab/+:-Z9;Secret=', '"', ...base64Key(43, '=')), 'name'),
      without(within('.azconfig.io;Id=aBcd;Secret=', '"', word(84)), 'name'),
    ],
    hits: [[`.azconfig.io;Id=${'x'.repeat(80)};Secret=${key32}`, key32]],
    misses: [
      `.azconfig.io;Id=${'x'.repeat(81)};Secret=${key32}`,
      `.azconfig.io;Id=abc;Secret=${key32}`,
      `.azconfig.io;Id=ab_c;Secret=${key32}`,
      `.azconfig.io;Id=abcd;Secret=${key32}=`,
      ...['.azconfig.io;Id=', ';Secret='].flatMap((piece) =>
        spoiledOf(piece).map((spoiled) =>
          `.azconfig.io;Id=aBcd;Secret=${key32} .azconfig.io`.replace(piece, spoiled),
        ),
      ),
    ],
  },
  'azure-endpoint-access-key': {
    forms: [
      without(
        within('Endpoint=https://a-1.communication.azure.com/;AccessKey=', ';', ...base64Key(43, '=')),
        'name',
        'inside',
      ),
      without(
        within('endpoint=https://a.service.signalr.net;accesskey=', ';', ...base64Key(86, '==')),
        'name',
        'inside',
      ),
      without(within('endpoint=https://a.service.signalr.net;accessKey=', ';', word(84)), 'name'),
    ],
    hits: [
      [`Endpoint=https://abcd;AccessKey=${key32}`, key32],
      [`endpoint=https://${'X'.repeat(80)}/;AccessKey=${key32}`, key32],
    ],
    misses: [
      `Endpoint=https://${'x'.repeat(81)}/;AccessKey=${key32}`,
      `Endpoint=https://abc;AccessKey=${key32}`,
      `Endpoint=https://ab_cd;AccessKey=${key32}`,
      `Endpoint=https://abcd;AccessKey=${key32}=`,
      ...['Endpoint=https://', ';AccessKey='].flatMap((piece) =>
        spoiledOf(piece).map((spoiled) =>
          `Endpoint=https://abcd;AccessKey=${key32} accesskey=`.replace(piece, spoiled),
        ),
      ),
    ],
  },
  'azure-devops-token': {
    forms: [
      named('azure', chars(BASE32.toLowerCase(), 52)),
      named('vsts', chars(BASE32.toLowerCase(), 52)),
      named('ado', chars(BASE32.toLowerCase(), 52)),
      named('azdo', chars(BASE32.toLowerCase(), 52)),
    ].map((each) => ({ ...each, before: each.before.replace(' =', '_devops_pat ='), name: each.name })),
    hits: [
      [`azure${'x'.repeat(20)}token=${'a2b3c4d5e6f7g'.repeat(4)}`, 'a2b3c4d5e6f7g'.repeat(4)],
      [`adopat=${'a2b3c4d5e6f7g'.repeat(4)}`, 'a2b3c4d5e6f7g'.repeat(4)],
      [`ado.-pat=${'a2b3c4d5e6f7g'.repeat(4)}`, 'a2b3c4d5e6f7g'.repeat(4)],
    ],
    misses: [
      `azure${'x'.repeat(21)}token=${'a2b3c4d5e6f7g'.repeat(4)}`,
      ...spoiledOf('token').map((spoiled) => `azure_${spoiled}=${'a2b3c4d5e6f7g'.repeat(4)}`),
      ...spoiledOf('pat').map((spoiled) => `azure_${spoiled}=${'a2b3c4d5e6f7g'.repeat(4)}`),
    ],
  },
})
