import { assigned } from './assigned.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

const OAUTH = 'https://cloud.google.com/docs/authentication/rotate-client-secrets'

/** Google: cloud.google.com and developers.google.com. */
export const GOOGLE = [
  /** cloud.google.com, “Manage API keys”: 39 characters. */
  {
    id: 'google-api-key',
    description: 'Google API key',
    severity: 'high',
    remedy: 'https://cloud.google.com/docs/authentication/api-keys#rotate',
    pattern: token(/AIza[A-Za-z0-9_-]{35}/, '-'),
    keywords: ['aiza'],
  },
  /** support.google.com/cloud, “Manage OAuth clients”: secrets begin so since 2021. */
  {
    id: 'google-oauth-client-secret',
    description: 'Google OAuth client secret',
    severity: 'high',
    remedy: OAUTH,
    pattern: token(/GOCSPX-[A-Za-z0-9_-]{28}/, '-'),
    keywords: ['gocspx-'],
  },
  /** developers.google.com, “Using OAuth 2.0 to access Google APIs”: tokens up to 2048 bytes. */
  {
    id: 'google-oauth-access-token',
    description: 'Google OAuth access token',
    severity: 'medium',
    remedy: 'https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke',
    pattern: token(/ya29\.[A-Za-z0-9_-]{60,2000}/, '-'),
    keywords: ['ya29.'],
    reach: { before: 1, after: 2048 },
  },
  /** The same page: refresh tokens up to 512 bytes. */
  {
    id: 'google-oauth-refresh-token',
    description: 'Google OAuth refresh token',
    severity: 'high',
    remedy: 'https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke',
    pattern: token(/1\/\/0[A-Za-z0-9][A-Za-z0-9_-]{60,500}/, '-'),
    keywords: ['1//0'],
    reach: { before: 1, after: 520 },
  },
  /** cloud.google.com, “Create and delete service account keys”: the JSON file; the rule of private keys sees its key. */
  {
    id: 'google-service-account-key-id',
    description: 'Google service account key: its private key is likely to be near',
    severity: 'medium',
    remedy: 'https://cloud.google.com/iam/docs/keys-create-delete#deleting',
    pattern: /\\?"private_key_id\\?"\s{0,5}:\s{0,5}\\?"([0-9a-f]{40})\\?"/,
    keywords: ['private_key_id'],
  },
  /** cloud.google.com/storage, “HMAC keys”: 61 characters for service accounts, 24 for users; secrets of 40. */
  {
    id: 'google-hmac-secret',
    description: 'Google Cloud Storage HMAC secret',
    severity: 'high',
    remedy: 'https://cloud.google.com/storage/docs/authentication/managing-hmackeys#delete',
    pattern:
      /(?<![A-Za-z0-9])GOOG[A-Z0-9]{20,57}[^A-Za-z0-9+/][^+/]{0,59}?(?<secret>(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/,
    keywords: ['goog'],
    check: (secret) => /\d/.test(secret) && /[A-Z]/.test(secret) && /[a-z]/.test(secret),
  },
  /** firebase.google.com, “Cloud Messaging legacy API”: server keys. */
  {
    id: 'firebase-cloud-messaging-server-key',
    description: 'Firebase Cloud Messaging server key (legacy)',
    severity: 'high',
    remedy: 'https://firebase.google.com/docs/cloud-messaging/auth-server',
    pattern: token(/AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{134}/, '-'),
    keywords: [':apa91b'],
  },
  /** developers.google.com/recaptcha: 40 characters, site keys and secrets alike. */
  {
    id: 'recaptcha-secret-key',
    description: 'reCAPTCHA secret key',
    severity: 'medium',
    remedy: 'https://developers.google.com/recaptcha/docs/settings',
    pattern: assigned({
      name: /recaptcha[\w.-]{0,20}(?:secret|private)[\w.-]{0,10}/,
      value: /6L[A-Za-z0-9_-]{38}/,
      more: '-',
    }),
    keywords: ['recaptcha'],
  },
] as const satisfies readonly Rule[]
