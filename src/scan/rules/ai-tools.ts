import { assigned } from './assigned.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** What is built around models. */
export const AI_TOOLS = [
  /** replicate.com/docs, “API tokens”: 40 characters in all. */
  {
    id: 'replicate-token',
    description: 'Replicate API token',
    severity: 'high',
    remedy: 'https://replicate.com/docs/topics/security/api-tokens',
    pattern: token(/r8_[A-Za-z0-9]{37}/),
    keywords: ['r8_'],
  },
  /** docs.nvidia.com, “NGC API keys”: `nvapi-` and 64 characters. */
  {
    id: 'nvidia-api-key',
    description: 'NVIDIA API key',
    severity: 'high',
    remedy: 'https://docs.nvidia.com/ngc/gpu-cloud/ngc-user-guide/index.html',
    pattern: token(/nvapi-[A-Za-z0-9_-]{64}/, '-'),
    keywords: ['nvapi-'],
  },
  /** docs.smith.langchain.com: personal (`pt`) or service (`sk`). */
  {
    id: 'langsmith-api-key',
    description: 'LangSmith API key',
    severity: 'high',
    remedy:
      'https://docs.smith.langchain.com/administration/how_to_guides/organization_management/create_account_api_key',
    pattern: token(/lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}/),
    keywords: ['lsv2_'],
  },
  /** langfuse.com/docs, “API keys”. */
  {
    id: 'langfuse-secret-key',
    description: 'Langfuse secret key',
    severity: 'high',
    remedy: 'https://langfuse.com/docs/api-and-data-platform/features/public-api',
    pattern: token(/sk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/),
    keywords: ['sk-lf-'],
  },
  /** docs.pinecone.io, “Manage API keys”: id and secret. */
  {
    id: 'pinecone-api-key',
    description: 'Pinecone API key',
    severity: 'high',
    remedy: 'https://docs.pinecone.io/guides/projects/manage-api-keys',
    pattern: token(/pcsk_[A-Za-z0-9]{5,7}_[A-Za-z0-9]{63}/),
    keywords: ['pcsk_'],
  },
  /** docs.tavily.com: `tvly-`, the environment. */
  {
    id: 'tavily-api-key',
    description: 'Tavily API key',
    severity: 'medium',
    remedy: 'https://docs.tavily.com/documentation/quickstart',
    pattern: token(/tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}/),
    keywords: ['tvly-'],
  },
  /** e2b.dev/docs, “API key”. */
  {
    id: 'e2b-api-key',
    description: 'E2B API key',
    severity: 'medium',
    remedy: 'https://e2b.dev/docs/api-key',
    pattern: token(/e2b_[0-9a-f]{40}/),
    keywords: ['e2b_'],
  },
  /** docs.databricks.com, “Personal access tokens”: `dapi` and 32 hexadecimal digits. */
  {
    id: 'databricks-token',
    description: 'Databricks personal access token',
    severity: 'critical',
    remedy: 'https://docs.databricks.com/dev-tools/auth/pat',
    pattern: token(/dapi[0-9a-f]{32}(?:-[0-9])?/, '-'),
    keywords: ['dapi'],
  },
  /** docs.wandb.ai: 40 hexadecimal digits. */
  {
    id: 'wandb-api-key',
    description: 'Weights & Biases API key',
    severity: 'medium',
    remedy: 'https://docs.wandb.ai/support/find_api_key',
    pattern: assigned({ name: /(?:wandb|weights_biases)[\w.-]{0,20}key/, value: /[0-9a-f]{40}/ }),
    keywords: ['wandb', 'weights_biases'],
  },
  /** docs.voyageai.com: `pa-` and 43 characters. */
  {
    id: 'voyage-api-key',
    description: 'Voyage AI API key',
    severity: 'medium',
    remedy: 'https://docs.voyageai.com/docs/api-key-and-installation',
    pattern: token(/pa-[A-Za-z0-9_-]{43}/, '-'),
    keywords: ['voyage'],
  },
] as const satisfies readonly Rule[]
