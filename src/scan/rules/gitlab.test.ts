import { testRules } from '../../../test/support/rule-tests.ts'
import { form, hex, named, url64, without, word, type Form } from '../../../test/support/token-forms.ts'
import { base36Sum } from './checksum.ts'
import { GITLAB } from './gitlab.ts'

const size = (text: string): string => (text.length - text.indexOf('-') - 1).toString(36).padStart(2, '0')
const routable = (prefix: string): Form =>
  without(
    form(prefix, url64(27, 235), (before) => `.01.${size(before)}`, base36Sum),
    'altered',
    'inside',
  )
const tokenOf = (prefix: string, payload: string, length = payload.length): string => {
  const text = `${prefix}${payload}.01.${length.toString(36).padStart(2, '0')}`
  return `${text}${base36Sum(text)}`
}
const SUMMED = 'the checksum and the length tell'
const payload = 'aB3-_cD4eF5gH6iJ7kL8mN9oP0q'

testRules(GITLAB, {
  'gitlab-personal-access-token': {
    forms: [form('glpat-', url64(20))],
    misses: ['"glpat-aB3-_cD4eF5gH6iJ7kL8.x"'],
  },
  'gitlab-routable-token': {
    forms: ['glpat-', 'glrt-', 'gldt-', 'glcbt-', 'gloas-', 'glptt-', 'glft-'].map(routable),
    hits: [
      [`glrt- ${tokenOf('glabcdef-', payload)}`, tokenOf('glabcdef-', payload)],
      [`glrt- ${tokenOf('glab-', payload)}`, tokenOf('glab-', payload)],
      ...['t1_', 't0_'].map((type): [string, string] => {
        const text = tokenOf(`glrt-${type}`, payload.repeat(2))
        return [text, text]
      }),
    ],
    misses: [
      tokenOf('glpat-', payload, 26),
      `${tokenOf('glpat-', payload)}x`,
      `x${tokenOf('glpat-', payload)}`,
      ...['xlpat-', 'gxpat-', 'glabcdefg-', 'gla-', 'glpat', 'gl1-', 'glAB-', 'gl_a-', 'gl-a-'].map(
        (prefix) => `glpat- ${tokenOf(prefix, payload)}`,
      ),
    ],
    equivalent: {
      '0-9 added to [a-z]': SUMMED,
      '\\- added to [a-z]': SUMMED,
      'a-z added to [0-9]': SUMMED,
      'A-Z added to [0-9': SUMMED,
      '_ added to [0-9': SUMMED,
      '\\- added to [0-9': SUMMED,
      'a-z taken from [0-9a-z] at 80': SUMMED,
      '"t" dropped': 'x',
      '"_" dropped': 'x',
      '0-9 taken from [0-9]': 'x',
    },
  },
  'gitlab-oauth-secret': { forms: [form('gloas-', url64(64))] },
  'gitlab-deploy-token': { forms: [form('gldt-', url64(20))] },
  'gitlab-runner-token': {
    forms: [
      form('glrt-', url64(20)),
      without(form('glrtr-', url64(20)), 'altered'),
      ...['t1_', 't2_', 't3_'].map((type) => without(form('glrt-', type, url64(20)), 'altered', 'short')),
    ].map((each) => without(each, 'strange')),
    misses: [
      'glrt-t4_aB3-_cD4eF5gH6iJ7kL8',
      'glrt-tx_aB3-_cD4eF5gH6iJ7kL8',
      'glrt-tX_aB3-_cD4eF5gH6iJ7kL8',
      'glrt-t-_aB3-_cD4eF5gH6iJ7kL8',
      'glrt-t__aB3-_cD4eF5gH6iJ7kL8',
      'glrt-1_aB3-_cD4eF5gH6iJ7kL8',
      'glrt-t1aB3-_cD4eF5gH6iJ7kL8',
      'glrt-t_aB3-_cD4eF5gH6iJ7kL8',
    ],
  },
  'gitlab-runner-registration-token': { forms: [form('GR1348941', url64(20))] },
  'gitlab-ci-build-token': {
    forms: [without(form('glcbt-', word(1, 5), '_', url64(20)), 'short', 'altered', 'strange')],
    misses: [
      `glcbt-_${payload.slice(0, 20)}`,
      `glcbt-a_b_${payload.slice(0, 20)}`,
      `glcbt-a-b_${payload.slice(0, 20)}`,
    ],
  },
  'gitlab-trigger-token': { forms: [form('glptt-', hex(40))] },
  'gitlab-feed-token': { forms: [form('glft-', url64(20))] },
  'gitlab-incoming-mail-token': { forms: [form('glimt-', url64(25))] },
  'gitlab-agent-token': { forms: [form('glagent-', url64(50))] },
  'gitlab-scim-token': { forms: [form('glsoat-', url64(20))] },
  'gitlab-feature-flags-token': { forms: [form('glffct-', url64(20))] },
  'gitlab-session-cookie': {
    forms: [
      { ...named('_gitlab_session', hex(32)), before: '_gitlab_session=', name: '_gitlab_session=' },
    ].map((each) => without(each, 'upper')),
  },
})
