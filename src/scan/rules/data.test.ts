import { testRules } from '../../../test/support/rule-tests.ts'
import {
  BASE64,
  chars,
  form,
  hex,
  named,
  url64,
  UUID,
  without,
  WORD,
  word,
  write,
} from '../../../test/support/token-forms.ts'
import { DATA } from './data.ts'

testRules(DATA, {
  'posthog-personal-key': { forms: [form('phx_', chars(`${WORD}_`, 43, 52))] },
  'axiom-token': {
    forms: [form('xaat-', UUID), form('xapt-', UUID)],
    misses: ['xaa-', 'xat-', 'xap-'].map((start) => `${start}${write(UUID)}`),
  },
  'algolia-admin-key': {
    forms: [
      named('algoliaadmin_key', hex(32)),
      named('algoliaadmin-key', hex(32)),
      named('algoliaadminkey', hex(32)),
      named('algoliawrite_key', hex(32)),
      named('algoliaapi_key', hex(32)),
      named('algoliaapikey', hex(32)),
    ],
    hits: [[`algolia.api-x${'x'.repeat(14)}admin_key=${write([hex(32)].flat())}`, write([hex(32)].flat())]],
    misses: [`algolia${'x'.repeat(21)}admin_key=${write([hex(32)].flat())}`],
  },
  'mapbox-secret-token': { forms: [form('sk.eyJ', url64(50, 120), '.', url64(22))] },
  'aiven-password': { forms: [form('AVNS_', url64(19))] },
  'elastic-cloud-api-key': {
    forms: [
      form('essu_', chars(BASE64, 60, 120)),
      without(form('essu_', chars(BASE64, 60), '=='), 'short', 'long', 'altered', 'strange'),
    ],
    misses: [`essu_${WORD}===`],
  },
  'mongodb-atlas-service-account-secret': { forms: [form('mdb_sa_sk_', url64(40))] },
  'okta-api-token': {
    forms: [
      named('oktatoken', '00', url64(40)),
      named('oktakey', '00', url64(40)),
      named('sswstoken', '00', url64(40)),
      named('sswskey', '00', url64(40)),
    ],
    hits: [
      [
        `okta.api-x${'x'.repeat(14)}token=${write(['00', url64(40)].flat())}`,
        write(['00', url64(40)].flat()),
      ],
    ],
    misses: [`okta${'x'.repeat(21)}token=${write(['00', url64(40)].flat())}`],
  },
  'facebook-access-token': { forms: [form('EAAM', word(100, 300)), form('EAAC', word(100, 300))] },
  'linkedin-client-secret': {
    forms: [
      form('WPL_AP1.', word(16), '.', chars(BASE64, 6, 8)),
      without(form('WPL_AP0.', word(16), '.', chars(BASE64, 6), '=='), 'short', 'long', 'altered', 'strange'),
    ],
    misses: [
      `WPL_AP1.${WORD.slice(0, 16)}.abcdef===`,
      ...['2', 'x', 'X', '_', '-'].map((each) => `WPL_AP${each}.${WORD.slice(0, 16)}.aB3dEf`),
    ],
  },
  'auth0-client-secret': {
    forms: [named('auth0secret', url64(64))],
    hits: [[`auth0.api-x${'x'.repeat(14)}secret=${write([url64(64)].flat())}`, write([url64(64)].flat())]],
    misses: [`auth0${'x'.repeat(21)}secret=${write([url64(64)].flat())}`],
  },
})
