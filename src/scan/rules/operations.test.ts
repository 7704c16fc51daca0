import { testRules } from '../../../test/support/rule-tests.ts'
import {
  chars,
  form,
  HEX,
  hex,
  named,
  UPPER_HEX,
  UPPER_WORD,
  URL64,
  url64,
  UUID,
  without,
  WORD,
  word,
  write,
} from '../../../test/support/token-forms.ts'
import { OPERATIONS } from './operations.ts'

testRules(OPERATIONS, {
  'terraform-cloud-token': { forms: [form(word(14), '.atlasv1.', chars(`${URL64}=`, 60, 70))] },
  'pulumi-access-token': { forms: [form('pul-', hex(40))] },
  'buildkite-token': { forms: [form('bkua_', hex(40))] },
  'circleci-token': {
    forms: [form('CCIPAT_', word(22), '_', hex(40)), form('CCIPRJ_', word(22), '_', hex(40))],
    misses: ['CCIPA_', 'CCIPT_', 'CCIAT_', 'CCIPR_', 'CCIPJ_', 'CCIRJ_'].map(
      (start) => `${start}${WORD.slice(0, 22)}_${HEX.repeat(3).slice(0, 40)}`,
    ),
  },
  'sonarqube-token': { forms: [form('squ_', hex(40)), form('sqp_', hex(40)), form('sqa_', hex(40))] },
  'octopus-api-key': {
    forms: [without({ ...form('API-', chars(UPPER_WORD, 25, 31)), before: 'octopus("' }, 'upper')],
  },
  'harness-token': {
    forms: [
      form('pat.', url64(22), '.', hex(24), '.', word(20)),
      form('sat.', url64(22), '.', hex(24), '.', word(20)),
    ],
    misses: ['pa.', 'pt.', 'at.', 'st.', 'sa.'].map(
      (start) => `${start}${WORD.slice(0, 22)}.${HEX}${HEX.slice(0, 8)}.${WORD.slice(0, 20)}`,
    ),
  },
  'launchdarkly-key': {
    forms: [form('sdk-', UUID), form('api-', UUID)],
    misses: ['sd-', 'sk-', 'dk-', 'ap-', 'ai-', 'pi-'].map((start) => `${start}${write(UUID)}`),
  },
  'prefect-api-key': { forms: [form('pnu_', word(36)), form('pnb_', word(36))] },
  'atlassian-api-token': { forms: [form('ATATT3', url64(150, 220), '=', chars(UPPER_HEX, 8))] },
  'bitbucket-access-token': { forms: [form('ATCTT3', url64(150, 220), '=', chars(UPPER_HEX, 8))] },
  'bitbucket-app-password': { forms: [form('ATBB', word(32))] },
  'sourcegraph-token': {
    forms: [
      form('sgp_', hex(40)),
      without(form('sgp_', hex(16), '_', hex(40)), 'altered'),
      without(form('sgp_local_', hex(40)), 'altered'),
    ],
    misses: ['ocal_', 'lcal_', 'loal_', 'locl_', 'loca_', 'local', HEX].map(
      (start) => `sgp_${start}${HEX.repeat(3).slice(0, 40)}`,
    ),
  },
  'jenkins-api-token': {
    forms: [named('jenkinstoken', '11', hex(32))],
    hits: [
      [`jenkins.api-x${'x'.repeat(14)}token=${write(['11', hex(32)].flat())}`, write(['11', hex(32)].flat())],
    ],
    misses: [`jenkins${'x'.repeat(21)}token=${write(['11', hex(32)].flat())}`],
  },
  'codecov-token': {
    forms: [named('codecovtoken', UUID)],
    hits: [[`codecov.api-x${'x'.repeat(14)}token=${write([UUID].flat())}`, write([UUID].flat())]],
    misses: [`codecov${'x'.repeat(21)}token=${write([UUID].flat())}`],
  },
  'snyk-token': {
    forms: [named('snyktoken', UUID), named('snykkey', UUID)],
    hits: [[`snyk.api-x${'x'.repeat(14)}token=${write([UUID].flat())}`, write([UUID].flat())]],
    misses: [`snyk${'x'.repeat(21)}token=${write([UUID].flat())}`],
  },
  'travis-token': {
    forms: [named('travistoken', url64(22))],
    hits: [[`travis.api-x${'x'.repeat(14)}token=${write([url64(22)].flat())}`, write([url64(22)].flat())]],
    misses: [
      `travis${'x'.repeat(21)}token=${write([url64(22)].flat())}`,
      'travistoken=abcdefghijklmnopqrstuv',
    ],
  },
})
