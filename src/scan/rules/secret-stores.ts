import { isMixed } from './mixed.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Stores of secrets. */
export const SECRET_STORES = [
  /** developer.hashicorp.com/vault, “Tokens: token prefixes”. */
  {
    id: 'vault-service-token',
    description: 'HashiCorp Vault service token',
    severity: 'critical',
    remedy: 'https://developer.hashicorp.com/vault/docs/commands/token/revoke',
    pattern: token(/hvs\.[A-Za-z0-9_-]{24,140}/, '-'),
    keywords: ['hvs.'],
    check: isMixed,
  },
  /** The same page. */
  {
    id: 'vault-batch-token',
    description: 'HashiCorp Vault batch token',
    severity: 'high',
    remedy: 'https://developer.hashicorp.com/vault/docs/concepts/tokens#batch-tokens',
    pattern: token(/hvb\.[A-Za-z0-9_-]{138,300}/, '-'),
    keywords: ['hvb.'],
  },
  /** The same page. */
  {
    id: 'vault-recovery-token',
    description: 'HashiCorp Vault recovery token',
    severity: 'critical',
    remedy: 'https://developer.hashicorp.com/vault/docs/concepts/recovery-mode',
    pattern: token(/hvr\.[A-Za-z0-9_-]{24,140}/, '-'),
    keywords: ['hvr.'],
    check: isMixed,
  },
  /** docs.doppler.com, “Token formats”: kind, 40 to 44 characters. */
  {
    id: 'doppler-token',
    description: 'Doppler token',
    severity: 'critical',
    remedy: 'https://docs.doppler.com/docs/service-tokens',
    pattern: token(/dp\.(?:pt|ct|sa|scim|audit)\.[A-Za-z0-9]{40,44}/),
    keywords: ['dp.pt.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.'],
  },
  /** The same page; the configuration’s name may stand in it. */
  {
    id: 'doppler-service-token',
    description: 'Doppler service token',
    severity: 'critical',
    remedy: 'https://docs.doppler.com/docs/service-tokens',
    pattern: token(/dp\.st\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}/),
    keywords: ['dp.st.'],
  },
  /** developer.1password.com, “Service accounts”: `ops_` and JSON in base64. */
  {
    id: 'onepassword-service-account-token',
    description: '1Password service account token',
    severity: 'critical',
    remedy: 'https://developer.1password.com/docs/service-accounts/security/',
    pattern: token(/ops_eyJ[A-Za-z0-9+/_-]{250,1200}={0,2}/, '+/=-'),
    keywords: ['ops_eyj'],
    reach: { before: 1, after: 1300 },
  },
  /** support.1password.com, “About your Secret Key”: `A3-`, account, five groups. */
  {
    id: 'onepassword-secret-key',
    description: '1Password secret key',
    severity: 'critical',
    remedy: 'https://support.1password.com/change-secret-key/',
    pattern: token(
      /A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}/,
      '-',
    ),
    keywords: ['a3-'],
  },
  /** infisical.com/docs, “Service token”: id and two secrets. */
  {
    id: 'infisical-service-token',
    description: 'Infisical service token',
    severity: 'critical',
    remedy: 'https://infisical.com/docs/documentation/platform/token',
    pattern: token(/st\.[0-9a-f]{24}\.[0-9a-f]{32}\.[0-9a-f]{32}/),
    keywords: ['st.'],
  },
] as const satisfies readonly Rule[]
