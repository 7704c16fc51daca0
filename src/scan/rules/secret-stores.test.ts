import { testRules } from '../../../test/support/rule-tests.ts'
import {
  chars,
  form,
  hex,
  LOWER_WORD,
  UPPER_WORD,
  URL64,
  url64,
  without,
  WORD,
  word,
} from '../../../test/support/token-forms.ts'
import { SECRET_STORES } from './secret-stores.ts'

testRules(SECRET_STORES, {
  'vault-service-token': {
    forms: [form('hvs.', url64(24, 140))],
    misses: ['hvs.internalPluginServiceNames'],
  },
  'vault-batch-token': { forms: [form('hvb.', url64(138, 300))] },
  'vault-recovery-token': {
    forms: [form('hvr.', url64(24, 140))],
    misses: ['hvr.internalPluginServiceNames'],
  },
  'doppler-token': {
    forms: [
      form('dp.pt.', word(40, 44)),
      form('dp.ct.', word(40, 44)),
      form('dp.sa.', word(40, 44)),
      form('dp.scim.', word(40, 44)),
      form('dp.audit.', word(40, 44)),
    ],
    misses: ['p', 't', 'c', 's', 'a', 'cim', 'sim', 'scm', 'sci', 'udit', 'adit', 'auit', 'audt', 'audi'].map(
      (kind) => `dp.${kind}.${WORD.slice(0, 40)}`,
    ),
  },
  'doppler-service-token': {
    forms: [
      form('dp.st.', word(40, 44)),
      without(form('dp.st.', chars(`${LOWER_WORD}_-`, 2, 35), '.', word(40, 44)), 'altered'),
    ],
    misses: [`dp.st.dev_x${WORD.slice(0, 40)}`],
  },
  'onepassword-service-account-token': {
    forms: [
      form('ops_eyJ', chars(`${URL64}+/`, 250, 1200)),
      without(form('ops_eyJ', url64(250), '=='), 'short', 'long', 'altered', 'strange'),
    ],
    misses: [`ops_eyJ${WORD.repeat(5)}===`],
  },
  'onepassword-secret-key': {
    forms: [
      form(
        'A3-',
        chars(UPPER_WORD, 6),
        '-',
        chars(UPPER_WORD, 11),
        '-',
        chars(UPPER_WORD, 5),
        '-',
        chars(UPPER_WORD, 5),
        '-',
        chars(UPPER_WORD, 5),
      ),
      form(
        'A3-',
        chars(UPPER_WORD, 6),
        '-',
        chars(UPPER_WORD, 6),
        '-',
        chars(UPPER_WORD, 5),
        '-',
        chars(UPPER_WORD, 5),
        '-',
        chars(UPPER_WORD, 5),
        '-',
        chars(UPPER_WORD, 5),
      ),
    ],
    misses: ['A3-ABCDEF-GHJKLMNPQRS-TUVWX-YZ234-abcde'],
  },
  'infisical-service-token': { forms: [form('st.', hex(24), '.', hex(32), '.', hex(32))] },
})
