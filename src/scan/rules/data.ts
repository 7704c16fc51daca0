import { assigned } from './assigned.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Databases, search, maps and log-ins as a service. */
export const DATA = [
  /** posthog.com/docs, “Personal API keys”: `phx_`. */
  {
    id: 'posthog-personal-key',
    description: 'PostHog personal API key',
    severity: 'high',
    remedy: 'https://posthog.com/docs/api#authentication',
    pattern: token(/phx_[A-Za-z0-9_]{43,52}/),
    keywords: ['phx_'],
  },
  /** axiom.co/docs, “API tokens”: kind and UUID. */
  {
    id: 'axiom-token',
    description: 'Axiom API token',
    severity: 'medium',
    remedy: 'https://axiom.co/docs/reference/tokens',
    pattern: token(/xa(?:at|pt)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/),
    keywords: ['xaat-', 'xapt-'],
  },
  /** algolia.com/doc, “API keys”: 32 hexadecimal digits. */
  {
    id: 'algolia-admin-key',
    description: 'Algolia API key',
    severity: 'high',
    remedy: 'https://www.algolia.com/doc/guides/security/api-keys/',
    pattern: assigned({
      name: /algolia[\w.-]{0,20}(?:admin_key|admin-key|adminkey|write_key|api_key|apikey)/,
      value: /[0-9a-f]{32}/,
    }),
    keywords: ['algolia'],
  },
  /** docs.mapbox.com, “Access tokens”: `sk.`, JSON in base64, a signature. */
  {
    id: 'mapbox-secret-token',
    description: 'Mapbox secret access token',
    severity: 'high',
    remedy: 'https://docs.mapbox.com/help/dive-deeper/access-tokens/',
    pattern: token(/sk\.eyJ[A-Za-z0-9_-]{50,120}\.[A-Za-z0-9_-]{22}/, '-'),
    keywords: ['sk.eyj'],
  },
  /** aiven.io/docs, “Change a service password”: `AVNS_` and 19 characters. */
  {
    id: 'aiven-password',
    description: 'Aiven service password',
    severity: 'critical',
    remedy: 'https://aiven.io/docs/platform/howto/reset-password',
    pattern: token(/AVNS_[A-Za-z0-9_-]{19}/, '-'),
    keywords: ['avns_'],
  },
  /** elastic.co/docs, “Elastic Cloud API keys”: `essu_` and base64. */
  {
    id: 'elastic-cloud-api-key',
    description: 'Elastic Cloud API key',
    severity: 'critical',
    remedy: 'https://www.elastic.co/docs/deploy-manage/api-keys/elastic-cloud-api-keys',
    pattern: token(/essu_[A-Za-z0-9+/]{60,120}={0,2}/, '+/='),
    keywords: ['essu_'],
  },
  /** mongodb.com/docs, “Service accounts”: `mdb_sa_sk_`. */
  {
    id: 'mongodb-atlas-service-account-secret',
    description: 'MongoDB Atlas service account secret',
    severity: 'critical',
    remedy: 'https://www.mongodb.com/docs/atlas/api/service-accounts-overview/',
    pattern: token(/mdb_sa_sk_[A-Za-z0-9_-]{40}/, '-'),
    keywords: ['mdb_sa_sk_'],
  },
  /** developer.okta.com, “Create an API token”: 42 characters that begin with `00`. */
  {
    id: 'okta-api-token',
    description: 'Okta API token',
    severity: 'critical',
    remedy: 'https://developer.okta.com/docs/guides/create-an-api-token/main/',
    pattern: assigned({
      name: /(?:okta|ssws)[\w.-]{0,20}(?:token|key)/,
      value: /00[A-Za-z0-9_-]{40}/,
      more: '-',
    }),
    keywords: ['okta', 'ssws'],
  },
  /** developers.facebook.com, “Access tokens”. */
  {
    id: 'facebook-access-token',
    description: 'Facebook access token',
    severity: 'high',
    remedy: 'https://developers.facebook.com/docs/facebook-login/guides/access-tokens',
    pattern: token(/EAA[MC][A-Za-z0-9]{100,300}/),
    keywords: ['eaam', 'eaac'],
  },
  /** learn.microsoft.com/linkedin: `WPL_AP1.`, 16 characters, a checksum. */
  {
    id: 'linkedin-client-secret',
    description: 'LinkedIn client secret',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/linkedin/shared/authentication/client-credentials-flow',
    pattern: token(/WPL_AP[01]\.[A-Za-z0-9]{16}\.[A-Za-z0-9+/]{6,8}={0,2}/, '+/='),
    keywords: ['wpl_ap'],
  },
  /** auth0.com/docs, “Rotate client secrets”: 64 characters. */
  {
    id: 'auth0-client-secret',
    description: 'Auth0 client secret',
    severity: 'critical',
    remedy: 'https://auth0.com/docs/get-started/applications/rotate-client-secret',
    pattern: assigned({ name: /auth0[\w.-]{0,20}secret/, value: /[A-Za-z0-9_-]{64}/, more: '-' }),
    keywords: ['auth0'],
  },
] as const satisfies readonly Rule[]
