import { testRules } from '../../../test/support/rule-tests.ts'
import {
  chars,
  form,
  hex,
  NUMBER,
  URL64,
  url64,
  UUID,
  without,
  WORD,
  word,
  write,
} from '../../../test/support/token-forms.ts'
import { COLLABORATION } from './collaboration.ts'

testRules(COLLABORATION, {
  'linear-api-key': { forms: [form('lin_api_', word(40))] },
  'linear-oauth-token': { forms: [form('lin_oauth_', hex(64))] },
  'notion-token': {
    forms: [without(form('ntn_', chars(NUMBER, 11), word(35)), 'long', 'short')],
    misses: [
      `ntn_7390251846x${WORD.slice(0, 35)}`,
      `ntn_73902518461${WORD.slice(0, 36)}`,
      `ntn_73902518461${WORD.slice(0, 34)}`,
      `ntn_7390251846a1${WORD.slice(0, 34)}`,
    ],
  },
  'notion-legacy-token': {
    forms: [form('secret_', word(43))],
    misses: ['secret_abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq'],
  },
  'airtable-token': { forms: [form('pat', word(14), '.', hex(64))] },
  'figma-token': {
    forms: [
      without(form('figd_', url64(40)), 'altered', 'short', 'long'),
      without(form('figo_', url64(40)), 'altered', 'short', 'long'),
      without(form('figu_', url64(40)), 'altered', 'short', 'long'),
      without(form('figdr_', url64(40)), 'altered', 'short', 'long'),
      without(form('figoh_', url64(40)), 'altered', 'short', 'long'),
    ],
    misses: [
      `figd_${WORD.slice(0, 39)}`,
      `figd_${WORD.slice(0, 41)}`,
      ...['x', 'X', '1', '_', '-'].flatMap((each) => [
        `fig${each}_${WORD.slice(0, 40)}`,
        `figd${each}_${WORD.slice(0, 40)}`,
      ]),
      ...['xigd_', 'fxgd_', 'fixd_', 'igd_', 'fgd_', 'fid_', 'figd', 'fig_'].map(
        (start) => `${start}${WORD.slice(0, 40)}`,
      ),
    ],
  },
  'hubspot-token': {
    forms: [
      without(form('pat-na', chars('123456789', 1), '-', UUID), 'short', 'strange', 'long'),
      form('pat-eu1-', UUID),
      form('pat-ap1-', UUID),
    ],
    misses: [
      `pat-na-${write(UUID)}`,
      `pat-na12-${write(UUID)}`,
      ...['0', 'a', 'B', '_', '-'].map((each) => `pat-na${each}-${write(UUID)}`),
    ],
  },
  'dropbox-token': {
    forms: [form('sl.', url64(130, 1400)), without(form('sl.u.', url64(130, 1400)), 'altered')],
    misses: ['sl.ux', 'sl.xx.', 'sl.U.', 'sl..', 'sl.u#', 'slxu.'].map((start) =>
      `${start}.${WORD.repeat(3)}`.replace('..', '.#'),
    ),
  },
  'contentful-token': { forms: [form('CFPAT-', url64(43))] },
  'typeform-token': { forms: [form('tfp_', chars(`${URL64}.=`, 40, 59))] },
  'postman-api-key': { forms: [form('PMAK-', hex(24), '-', hex(34))] },
})
