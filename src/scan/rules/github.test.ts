import { testRules } from '../../../test/support/rule-tests.ts'
import { form, word, type Form } from '../../../test/support/token-forms.ts'
import { base62Sum } from './checksum.ts'
import { GITHUB } from './github.ts'

const summed = (prefix: string): Form =>
  form(prefix, word(30), (before) => base62Sum(before.slice(before.indexOf('_') + 1)))

testRules(GITHUB, {
  'github-personal-access-token': { forms: [summed('ghp_')] },
  'github-fine-grained-token': { forms: [form('github_pat_', word(22), '_', word(59))] },
  'github-oauth-token': { forms: [summed('gho_')] },
  'github-app-token': { forms: [summed('ghu_'), summed('ghs_')] },
  'github-refresh-token': { forms: [form('ghr_', word(76))] },
})
