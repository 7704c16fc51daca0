import { testRules } from '../../../test/support/rule-tests.ts'
import {
  chars,
  form,
  HEX,
  hex,
  LOWER_WORD,
  UPPER_HEX,
  URL64,
  url64,
  UUID,
  without,
  word,
} from '../../../test/support/token-forms.ts'
import { PAYMENT } from './payment.ts'

testRules(PAYMENT, {
  'stripe-secret-key': { forms: [form('sk_live_', word(24, 247))] },
  'stripe-restricted-key': { forms: [form('rk_live_', word(24, 247))] },
  'stripe-test-key': { forms: [form('sk_test_', word(24, 247)), form('rk_test_', word(24, 247))] },
  'stripe-webhook-secret': { forms: [form('whsec_', word(32, 64))] },
  'square-access-token': { forms: [form('EAAA', url64(60))] },
  'square-oauth-secret': { forms: [form('sq0csp-', url64(43))] },
  'square-legacy-token': { forms: [form('sq0atp-', url64(22))] },
  'braintree-access-token': {
    forms: [form('access_token$production$', chars(LOWER_WORD, 16), '$', hex(32))],
  },
  'plaid-access-token': { forms: [form('access-production-', UUID), form('access-development-', UUID)] },
  'razorpay-key': { forms: [form('rzp_live_', word(14))] },
  'mollie-api-key': { forms: [form('live_', word(30))], misses: ['live_abcdefghijklmnopqrstuvwxyzabcd'] },
  'mollie-access-token': {
    forms: [form('access_', word(30))],
    misses: ['access_abcdefghijklmnopqrstuvwxyzabcd'],
  },
  'paystack-secret-key': { forms: [form('sk_live_', hex(40))] },
  'flutterwave-secret-key': {
    forms: [
      form('FLWSECK-', chars(LOWER_WORD, 32), '-X'),
      without(form('FLWSECK-', chars(LOWER_WORD, 32), '-', chars(LOWER_WORD, 11, 13), 'vt-X'), 'altered'),
    ],
    misses: ['xt-X', 'vx-X', 'vtX', 't-X', 'v-X', 'vt-', 'vt#X'].map(
      (end) => `FLWSECK-${LOWER_WORD.slice(0, 32)}-${LOWER_WORD.slice(3, 14)}${end}`,
    ),
  },
  'shopify-access-token': {
    forms: [
      form('shpat_', chars(`${HEX}${UPPER_HEX}`, 32)),
      form('shpca_', chars(`${HEX}${UPPER_HEX}`, 32)),
      form('shppa_', chars(`${HEX}${UPPER_HEX}`, 32)),
      form('shpua_', chars(`${HEX}${UPPER_HEX}`, 32)),
    ],
    misses: ['shpt_', 'shpa_', 'shpc_', 'shpp_', 'shpu_'].map((start) => `${start}${HEX.repeat(2)}`),
  },
  'shopify-shared-secret': { forms: [form('shpss_', chars(`${HEX}${UPPER_HEX}`, 32))] },
  'duffel-token': { forms: [form('duffel_live_', chars(`${URL64}=`, 43))] },
  'easypost-api-key': { forms: [form('EZAK', word(54))] },
  'shippo-token': { forms: [form('shippo_live_', hex(40))] },
  'lob-api-key': { forms: [form('live_', hex(35))] },
  'gocardless-token': { forms: [without({ ...form('live_', url64(40)), before: 'gocardless("' }, 'upper')] },
})
