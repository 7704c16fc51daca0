import { assigned } from './assigned.ts'
import type { Rule } from './rule.ts'
import { after, token } from './token.ts'

const KEYS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html'
const TEMPORARY = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html'

/** Prefixes and lengths: docs.aws.amazon.com, “IAM identifiers”, “Understanding unique ID prefixes”. */
export const AWS = [
  {
    id: 'aws-access-key-id',
    description: 'AWS access key id: its secret is likely to be near',
    severity: 'medium',
    remedy: KEYS,
    pattern: token(/AKIA[A-Z2-7]{16}/),
    keywords: ['akia'],
    check: namesAccount,
  },
  {
    id: 'aws-temporary-access-key-id',
    description: 'AWS access key id of a session: its secret is likely to be near',
    severity: 'low',
    remedy: TEMPORARY,
    pattern: token(/ASIA[A-Z2-7]{16}/),
    keywords: ['asia'],
    check: namesAccount,
  },
  /** 40 characters of base64: docs.aws.amazon.com, “Manage access keys for IAM users”. */
  {
    id: 'aws-secret-access-key',
    description: 'AWS secret access key',
    severity: 'critical',
    remedy: KEYS,
    pattern: assigned({
      name: /(?:aws|secret)[\w-]{0,16}key/,
      value: /(?=[^\s"']{0,39}[A-Z])(?=[^\s"']{0,39}[a-z])(?=[^\s"']{0,39}[0-9])[A-Za-z0-9+/]{40}/,
      more: '+/=',
    }),
    keywords: ['aws', 'secretaccesskey', 'secret_access_key', 'secret-access-key'],
    check: isSecretKey,
  },
  /** The first bytes of session tokens are the same in base64, whatever the region (seen in the AWS SDKs’ documentation). */
  {
    id: 'aws-session-token',
    description: 'AWS session token',
    severity: 'high',
    remedy: TEMPORARY,
    pattern: new RegExp(
      `(?<![A-Za-z0-9+/])(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/]{88,2000}={0,2}${after('+/=')}`,
    ),
    keywords: ['iqojb3jpz2lu', 'fwogzxivyxdz', 'fqogzxivyxdz'],
    reach: { before: 1, after: 2048 },
  },
  /** docs.aws.amazon.com, “Amazon Bedrock API keys”: base64 of `BedrockAPIKey-…`. */
  {
    id: 'aws-bedrock-api-key',
    description: 'Amazon Bedrock API key, long-term',
    severity: 'critical',
    remedy: 'https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-revoke.html',
    pattern: token(/ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{90,260}={0,2}/, '+/='),
    keywords: ['abskqmvkcm9ja0fqsutles'],
  },
  {
    id: 'aws-bedrock-short-term-api-key',
    description: 'Amazon Bedrock API key, short-term',
    severity: 'high',
    remedy: 'https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-revoke.html',
    pattern: token(/bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/]{80,3000}={0,2}/, '+/='),
    keywords: ['bedrock-api-key-'],
    reach: { before: 1, after: 3200 },
  },
  /** docs.aws.amazon.com, “AppSync: authorization and authentication”. */
  {
    id: 'aws-appsync-api-key',
    description: 'AWS AppSync API key',
    severity: 'medium',
    remedy: 'https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html',
    pattern: token(/da2-[a-z0-9]{26}/),
    keywords: ['da2-'],
  },
  /** developer-docs.amazon.com, “Selling Partner API”: MWS authorization tokens. */
  {
    id: 'amazon-mws-token',
    description: 'Amazon Marketplace Web Service token',
    severity: 'high',
    remedy: 'https://developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials',
    pattern: token(/amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/),
    keywords: ['amzn.mws.'],
  },
] as const satisfies readonly Rule[]

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const HIGHEST_ACCOUNT = 999_999_999_999

/**
 * Whether the account number in a key’s id can be one: in ids of the present form, 40 bits after the first of the part
 * behind the prefix. Older ids, whose fifth letter is of the alphabet’s first half, hold none. Documentation writes EXAMPLE.
 */
function namesAccount(id: string): boolean {
  if (id.endsWith('EXAMPLE')) return false
  const digits = Array.from(id.slice(4), (letter) => BASE32.indexOf(letter))
  if ((digits[0] ?? 0) < 16) return true
  const bits = digits.slice(0, 9).reduce((sum, digit) => sum * 32 + digit, 0)
  return Math.floor(bits / 16) % 2 ** 40 <= HIGHEST_ACCOUNT
}

/** Paths have slashes too, and words. */
function isSecretKey(secret: string): boolean {
  return !secret.includes('EXAMPLE') && !/[a-z]{9}/.test(secret) && (secret.match(/\//g) ?? []).length < 6
}
