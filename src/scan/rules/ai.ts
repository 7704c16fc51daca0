import { assigned } from './assigned.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Providers of models, and what is built around them. */
export const AI = [
  /** platform.openai.com: the same eight characters (base64 of `OpenAI`) in the midst of each key, whatever its kind. */
  {
    id: 'openai-api-key',
    description: 'OpenAI API key',
    severity: 'critical',
    remedy: 'https://platform.openai.com/api-keys',
    pattern: token(/sk-[A-Za-z0-9_-]{20,88}T3BlbkFJ[A-Za-z0-9_-]{20,80}/, '-'),
    keywords: ['t3blbkfj'],
    reach: { before: 100, after: 100 },
  },
  /** docs.anthropic.com, “Admin API”: kind, 93 characters, `AA`. */
  {
    id: 'anthropic-api-key',
    description: 'Anthropic API key',
    severity: 'critical',
    remedy: 'https://docs.anthropic.com/en/api/administration-api',
    pattern: token(/sk-ant-api[0-9]{2}-[A-Za-z0-9_-]{93}AA/, '-'),
    keywords: ['sk-ant-api'],
  },
  /** The same page. */
  {
    id: 'anthropic-admin-key',
    description: 'Anthropic admin key',
    severity: 'critical',
    remedy: 'https://docs.anthropic.com/en/api/administration-api',
    pattern: token(/sk-ant-admin[0-9]{2}-[A-Za-z0-9_-]{93}AA/, '-'),
    keywords: ['sk-ant-admin'],
  },
  /** docs.anthropic.com: `oat` for access, `ort` to refresh. */
  {
    id: 'anthropic-oauth-token',
    description: 'Anthropic OAuth token',
    severity: 'critical',
    remedy: 'https://docs.anthropic.com/en/docs/claude-code/iam',
    pattern: token(/sk-ant-o[ar]t[0-9]{2}-[A-Za-z0-9_-]{93}AA/, '-'),
    keywords: ['sk-ant-oat', 'sk-ant-ort'],
  },
  /** huggingface.co/docs, “User access tokens”: `hf_` and 34 letters. */
  {
    id: 'huggingface-token',
    description: 'Hugging Face access token',
    severity: 'critical',
    remedy: 'https://huggingface.co/docs/hub/security-tokens',
    pattern: token(/hf_[A-Za-z]{34}/),
    keywords: ['hf_'],
    check: (secret) => /[A-Z].*[A-Z]/.test(secret),
  },
  /** The same page. */
  {
    id: 'huggingface-organization-token',
    description: 'Hugging Face organization token (legacy)',
    severity: 'critical',
    remedy: 'https://huggingface.co/docs/hub/security-tokens',
    pattern: token(/api_org_[A-Za-z]{34}/),
    keywords: ['api_org_'],
  },
  /** console.groq.com/docs, “Quickstart”: `gsk_` and 52 characters. */
  {
    id: 'groq-api-key',
    description: 'Groq API key',
    severity: 'high',
    remedy: 'https://console.groq.com/docs/quickstart',
    pattern: token(/gsk_[A-Za-z0-9]{52}/),
    keywords: ['gsk_'],
  },
  /** docs.perplexity.ai: `pplx-` and 48 characters. */
  {
    id: 'perplexity-api-key',
    description: 'Perplexity API key',
    severity: 'high',
    remedy: 'https://docs.perplexity.ai/guides/getting-started',
    pattern: token(/pplx-[A-Za-z0-9]{48}/),
    keywords: ['pplx-'],
  },
  /** docs.x.ai: `xai-` and 80 characters. */
  {
    id: 'xai-api-key',
    description: 'xAI API key',
    severity: 'high',
    remedy: 'https://docs.x.ai/docs/overview',
    pattern: token(/xai-[A-Za-z0-9]{80}/),
    keywords: ['xai-'],
  },
  /** openrouter.ai/docs, “Authentication”: `sk-or-v1-` and 64 hexadecimal digits. */
  {
    id: 'openrouter-api-key',
    description: 'OpenRouter API key',
    severity: 'high',
    remedy: 'https://openrouter.ai/docs/api-reference/authentication',
    pattern: token(/sk-or-v1-[0-9a-f]{64}/),
    keywords: ['sk-or-v1-'],
  },
  /** inference-docs.cerebras.ai: `csk-` and 48 characters. */
  {
    id: 'cerebras-api-key',
    description: 'Cerebras API key',
    severity: 'high',
    remedy: 'https://inference-docs.cerebras.ai/quickstart',
    pattern: token(/csk-[a-z0-9]{48}/),
    keywords: ['csk-'],
  },
  /** elevenlabs.io/docs, “Authentication”: `sk_` and 48 hexadecimal digits. */
  {
    id: 'elevenlabs-api-key',
    description: 'ElevenLabs API key',
    severity: 'high',
    remedy: 'https://elevenlabs.io/docs/api-reference/authentication',
    pattern: token(/sk_[0-9a-f]{48}/),
    keywords: ['sk_'],
  },
  /** api-docs.deepseek.com: `sk-` and 32 hexadecimal digits. */
  {
    id: 'deepseek-api-key',
    description: 'DeepSeek API key',
    severity: 'high',
    remedy: 'https://api-docs.deepseek.com/',
    pattern: token(/sk-[0-9a-f]{32}/),
    keywords: ['deepseek', 'dashscope', 'qwen'],
  },
  /** docs.cohere.com, “API reference”: 40 characters. */
  {
    id: 'cohere-api-key',
    description: 'Cohere API key',
    severity: 'high',
    remedy: 'https://docs.cohere.com/reference/about',
    pattern: assigned({ name: /(?:cohere|co_api)[\w.-]{0,20}key/, value: /[A-Za-z0-9]{40}/ }),
    keywords: ['cohere', 'co_api'],
  },
  /** docs.mistral.ai, “Quickstart”: 32 characters. */
  {
    id: 'mistral-api-key',
    description: 'Mistral API key',
    severity: 'high',
    remedy: 'https://docs.mistral.ai/getting-started/quickstart/',
    pattern: assigned({ name: /mistral[\w.-]{0,20}key/, value: /[A-Za-z0-9]{32}/ }),
    keywords: ['mistral'],
  },
] as const satisfies readonly Rule[]
