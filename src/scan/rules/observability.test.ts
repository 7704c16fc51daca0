import { testRules } from '../../../test/support/rule-tests.ts'
import {
  BASE32,
  BASE64,
  chars,
  form,
  HEX,
  hex,
  LOWER,
  named,
  NUMBER,
  UPPER_WORD,
  URL64,
  url64,
  UUID,
  without,
  WORD,
  word,
  write,
} from '../../../test/support/token-forms.ts'
import { littleEndianSum } from './checksum.ts'
import { OBSERVABILITY } from './observability.ts'

testRules(OBSERVABILITY, {
  'grafana-service-account-token': {
    forms: [
      form('glsa_', word(32), (before) => `_${littleEndianSum(before)}`),
      form('glsa_', word(32), '_', (before) => littleEndianSum(before.slice(0, -1))),
    ],
    misses: [`glsa_${WORD.slice(0, 32)}_${HEX.slice(0, 8)}`],
    equivalent: {
      'A-Z added to [0-9a-f]': 'it is in lower case',
      'a-z added to [0-9a-f]': 'it is hexadecimal',
      '_ added to [0-9a-f]': 'the same',
      '\\- added to [0-9a-f]': 'the same',
    },
  },
  'grafana-cloud-token': {
    forms: [
      form('glc_eyJ', chars(BASE64, 60, 400)),
      without(form('glc_eyJ', chars(BASE64, 60), '=='), 'short', 'long', 'altered', 'strange'),
    ],
    misses: [`glc_eyJ${WORD}===`],
  },
  'grafana-legacy-api-key': {
    forms: [
      form('eyJrIjoi', chars(BASE64, 70, 400)),
      without(form('eyJrIjoi', chars(BASE64, 70), '=='), 'short', 'long', 'altered', 'strange'),
    ],
    misses: [`eyJrIjoi${WORD}${WORD}===`],
  },
  'newrelic-user-key': { forms: [form('NRAK-', chars(UPPER_WORD, 27))] },
  'newrelic-insert-key': { forms: [form('NRII-', url64(32)), form('NRIQ-', url64(32))] },
  'newrelic-license-key': { forms: [form(hex(36), 'NRAL')] },
  'sentry-organization-token': {
    forms: [
      form('sntrys_eyJ', chars(BASE64, 80, 400), '_', chars(BASE64, 43)),
      without(
        form('sntrys_eyJ', chars(BASE64, 80), '==_', chars(BASE64, 43)),
        'short',
        'long',
        'altered',
        'strange',
      ),
    ],
    misses: [`sntrys_eyJ${WORD}${WORD}===_${WORD.slice(0, 43)}`],
  },
  'sentry-user-token': { forms: [form('sntryu_', hex(64))] },
  'dynatrace-token': {
    forms: [
      without(
        form('dt0', chars(LOWER, 1), chars(NUMBER, 2), '.', chars(BASE32, 24), '.', chars(BASE32, 64)),
        'long',
        'short',
      ),
    ],
    misses: [2, 3, 4, 5, 6]
      .flatMap((nth) => {
        const all = `dt0c01.${BASE32.slice(0, 24)}.${BASE32.repeat(2)}`
        return nth === 2
          ? [`${all}A`, all.slice(0, -1)]
          : [all.replace('c01', ['', 'c1', 'c012', 'cc01', '01'][nth - 2] ?? 'c')]
      })
      .concat([
        `dt0c01.${BASE32.slice(0, 23)}.${BASE32.repeat(2)}`,
        `dt0c01.${BASE32.slice(0, 25)}.${BASE32.repeat(2)}`,
      ]),
  },
  'datadog-api-key': {
    forms: [
      named('datadogapi_key', hex(32)),
      named('datadogapikey', hex(32)),
      named('datadogapi-key', hex(32)),
      named('dd_api_key', hex(32)),
      named('dd_apikey', hex(32)),
      named('dd_api-key', hex(32)),
    ],
    hits: [[`datadog.api-x${'x'.repeat(14)}api_key=${write([hex(32)].flat())}`, write([hex(32)].flat())]],
    misses: [`datadog${'x'.repeat(21)}api_key=${write([hex(32)].flat())}`],
  },
  'datadog-application-key': {
    forms: [named('datadogkey', hex(40)), named('dd_key', hex(40))],
    hits: [[`datadog.api-x${'x'.repeat(14)}key=${write([hex(40)].flat())}`, write([hex(40)].flat())]],
    misses: [`datadog${'x'.repeat(21)}key=${write([hex(40)].flat())}`],
  },
  'pagerduty-api-key': {
    forms: [named('pagerdutykey', chars(`${URL64}+`, 20)), named('pagerdutytoken', chars(`${URL64}+`, 20))],
    hits: [
      [
        `pagerduty.api-x${'x'.repeat(14)}key=${write([chars(`${URL64}+`, 20)].flat())}`,
        write([chars(`${URL64}+`, 20)].flat()),
      ],
    ],
    misses: [
      `pagerduty${'x'.repeat(21)}key=${write([chars(`${URL64}+`, 20)].flat())}`,
      'pagerdutykey=abcdefghijklmnopqrst',
    ],
  },
  'rollbar-access-token': {
    forms: [named('rollbartoken', hex(32))],
    hits: [[`rollbar.api-x${'x'.repeat(14)}token=${write([hex(32)].flat())}`, write([hex(32)].flat())]],
    misses: [`rollbar${'x'.repeat(21)}token=${write([hex(32)].flat())}`],
  },
  'splunk-hec-token': {
    forms: [named('splunktoken', UUID), named('hec_token', UUID)],
    hits: [[`splunk.api-x${'x'.repeat(14)}token=${write([UUID].flat())}`, write([UUID].flat())]],
    misses: [`splunk${'x'.repeat(21)}token=${write([UUID].flat())}`],
  },
})
