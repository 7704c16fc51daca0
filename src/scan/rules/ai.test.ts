import { testRules } from '../../../test/support/rule-tests.ts'
import {
  chars,
  form,
  hex,
  LETTERS,
  LOWER_WORD,
  named,
  NUMBER,
  url64,
  without,
  WORD,
  word,
} from '../../../test/support/token-forms.ts'
import { AI } from './ai.ts'

testRules(AI, {
  'openai-api-key': { forms: [form('sk-', url64(20, 88), 'T3BlbkFJ', url64(20, 80))] },
  'anthropic-api-key': { forms: [form('sk-ant-api', chars(NUMBER, 2), '-', url64(93), 'AA')] },
  'anthropic-admin-key': { forms: [form('sk-ant-admin', chars(NUMBER, 2), '-', url64(93), 'AA')] },
  'anthropic-oauth-token': {
    forms: [
      form('sk-ant-oat', chars(NUMBER, 2), '-', url64(93), 'AA'),
      without(form('sk-ant-ort', chars(NUMBER, 2), '-', url64(93), 'AA'), 'altered'),
    ],
  },
  'huggingface-token': {
    forms: [form('hf_', chars(LETTERS, 34))],
    misses: ['hf_abcdefghijklmnopqrstuvwxyzabcdefgh'],
  },
  'huggingface-organization-token': { forms: [form('api_org_', chars(LETTERS, 34))] },
  'groq-api-key': { forms: [form('gsk_', word(52))] },
  'perplexity-api-key': { forms: [form('pplx-', word(48))] },
  'xai-api-key': { forms: [form('xai-', word(80))] },
  'openrouter-api-key': { forms: [form('sk-or-v1-', hex(64))] },
  'cerebras-api-key': { forms: [form('csk-', chars(LOWER_WORD, 48))] },
  'elevenlabs-api-key': { forms: [form('sk_', hex(48))] },
  'deepseek-api-key': {
    forms: [
      without({ ...form('sk-', hex(32)), before: 'deepseek("' }, 'upper'),
      without({ ...form('sk-', hex(32)), before: 'dashscope("' }, 'upper'),
      without({ ...form('sk-', hex(32)), before: 'qwen("' }, 'upper'),
    ],
  },
  'cohere-api-key': {
    forms: [named('coherekey', word(40)), named('co_apikey', word(40))],
    hits: [[`cohere.api-x${'x'.repeat(14)}key=${WORD.slice(0, 40)}`, WORD.slice(0, 40)]],
    misses: [`cohere${'x'.repeat(21)}key=${WORD.slice(0, 40)}`],
  },
  'mistral-api-key': {
    forms: [named('mistralkey', word(32))],
    hits: [[`mistral.api-x${'x'.repeat(14)}key=${WORD.slice(0, 32)}`, WORD.slice(0, 32)]],
    misses: [`mistral${'x'.repeat(21)}key=${WORD.slice(0, 32)}`],
  },
})
