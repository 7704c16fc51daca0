import { testRules } from '../../../test/support/rule-tests.ts'
import {
  chars,
  form,
  HEX,
  hex,
  named,
  NUMBER,
  url64,
  UUID,
  without,
  WORD,
  word,
} from '../../../test/support/token-forms.ts'
import { AI_TOOLS } from './ai-tools.ts'

testRules(AI_TOOLS, {
  'replicate-token': { forms: [form('r8_', word(37))] },
  'nvidia-api-key': { forms: [form('nvapi-', url64(64))] },
  'langsmith-api-key': {
    forms: [form('lsv2_pt_', hex(32), '_', hex(10)), form('lsv2_sk_', hex(32), '_', hex(10))],
    misses: ['lsv2_p_', 'lsv2_t_', 'lsv2_s_', 'lsv2_k_'].map(
      (start) => `${start}${HEX.repeat(2)}_${HEX.slice(0, 10)}`,
    ),
  },
  'langfuse-secret-key': { forms: [form('sk-lf-', UUID)] },
  'pinecone-api-key': { forms: [form('pcsk_', word(5, 7), '_', word(63))] },
  'tavily-api-key': {
    forms: [
      form('tvly-', word(32)),
      without(form('tvly-dev-', word(32)), 'altered'),
      without(form('tvly-prod-', word(32)), 'altered'),
    ],
    misses: ['dev', 'ev-', 'dv-', 'de-', 'prod', 'rod-', 'pod-', 'prd-', 'pro-'].map(
      (kind) => `tvly-${kind}${WORD.slice(0, 32)}`,
    ),
  },
  'e2b-api-key': { forms: [form('e2b_', hex(40))] },
  'databricks-token': {
    forms: [form('dapi', hex(32)), without(form('dapi', hex(32), '-', chars(NUMBER, 1)), 'altered', 'short')],
  },
  'wandb-api-key': {
    forms: [named('wandbkey', hex(40)), named('weights_biaseskey', hex(40))],
    hits: [[`wandb.api-x${'x'.repeat(14)}key=${HEX.repeat(3).slice(0, 40)}`, HEX.repeat(3).slice(0, 40)]],
    misses: [`wandb${'x'.repeat(21)}key=${HEX.repeat(3).slice(0, 40)}`],
  },
  'voyage-api-key': { forms: [without({ ...form('pa-', url64(43)), before: 'voyage("' }, 'upper')] },
})
