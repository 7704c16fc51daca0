import { AI_TOOLS } from './ai-tools.ts'
import { AI } from './ai.ts'
import { AWS } from './aws.ts'
import { AZURE } from './azure.ts'
import { CHAT } from './chat.ts'
import { CLOUDS } from './clouds.ts'
import { COLLABORATION } from './collaboration.ts'
import { CREDENTIALS } from './credentials.ts'
import { DATA } from './data.ts'
import { GENERIC } from './generic.ts'
import { GITHUB } from './github.ts'
import { GITLAB } from './gitlab.ts'
import { GOOGLE } from './google.ts'
import { KEYS } from './keys.ts'
import { MAIL } from './mail.ts'
import { OBSERVABILITY } from './observability.ts'
import { OPERATIONS } from './operations.ts'
import { PAYMENT } from './payment.ts'
import { PLATFORMS } from './platforms.ts'
import { isPlaceholder } from './placeholder.ts'
import { REGISTRIES } from './registries.ts'
import type { Rule } from './rule.ts'
import { SECRET_STORES } from './secret-stores.ts'

/** The rules by what they are about, in the order of their documentation. */
export const RULE_GROUPS = {
  'Amazon Web Services': AWS,
  'Google Cloud': GOOGLE,
  'Microsoft Azure': AZURE,
  'Other clouds': CLOUDS,
  Platforms: PLATFORMS,
  GitHub: GITHUB,
  GitLab: GITLAB,
  Registries: REGISTRIES,
  'CI and delivery': OPERATIONS,
  'Stores of secrets': SECRET_STORES,
  'Metrics, logs and errors': OBSERVABILITY,
  'Data and log-ins': DATA,
  Models: AI,
  'Around models': AI_TOOLS,
  Chat: CHAT,
  Collaboration: COLLABORATION,
  'Mail and messages': MAIL,
  'Payment and commerce': PAYMENT,
  'Private keys': KEYS,
  'Credentials of any kind': CREDENTIALS,
  'Any value named as a credential': GENERIC,
} as const satisfies Record<string, readonly Rule[]>

/** These have checks of their own for what is but an example. */
const OWN: readonly Rule[] = [...KEYS, ...CREDENTIALS, ...GENERIC]

/** Every rule on patterns. */
export const RULES: readonly Rule[] = Object.values<readonly Rule[]>(RULE_GROUPS)
  .flat()
  .map((rule) => (OWN.includes(rule) ? rule : withoutPlaceholders(rule)))

/** What is written in documentation in place of a token is none. */
function withoutPlaceholders(rule: Rule): Rule {
  return {
    ...rule,
    check: (secret, groups) => !isPlaceholder(secret) && rule.check?.(secret, groups) !== false,
  }
}
