import { assigned } from './assigned.ts'
import { isMixed } from './mixed.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Platforms to build and run applications on. */
export const PLATFORMS = [
  /** devcenter.heroku.com, changelog 2025: `HRKU-`. */
  {
    id: 'heroku-api-key',
    description: 'Heroku API key',
    severity: 'critical',
    remedy: 'https://devcenter.heroku.com/articles/heroku-cli-commands#heroku-authorizations-revoke-id',
    pattern: token(/HRKU-AA[A-Za-z0-9_-]{58}/, '-'),
    keywords: ['hrku-aa'],
  },
  /** devcenter.heroku.com, “Platform API: authentication”: UUIDs before the present form. */
  {
    id: 'heroku-legacy-api-key',
    description: 'Heroku API key (legacy)',
    severity: 'critical',
    remedy: 'https://devcenter.heroku.com/articles/heroku-cli-commands#heroku-authorizations-revoke-id',
    pattern: assigned({
      name: /heroku[\w.-]{0,20}key/,
      value: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    }),
    keywords: ['heroku'],
  },
  /** fly.io/docs, “Access tokens”: macaroons in base64. */
  {
    id: 'fly-access-token',
    description: 'Fly.io access token',
    severity: 'critical',
    remedy: 'https://fly.io/docs/security/tokens/#revoke-access-tokens',
    pattern: token(/fm[12][ar]?_[A-Za-z0-9+/]{100,2000}={0,2}/, '+/='),
    keywords: ['fm1_', 'fm1a_', 'fm1r_', 'fm2_'],
    reach: { before: 1, after: 2048 },
  },
  /** docs.netlify.com: `nfp_` and 36 characters. */
  {
    id: 'netlify-token',
    description: 'Netlify personal access token',
    severity: 'critical',
    remedy: 'https://docs.netlify.com/api/get-started/#authentication',
    pattern: token(/nfp_[A-Za-z0-9]{36}/),
    keywords: ['nfp_'],
  },
  /** supabase.com/docs, “Management API”: `sbp_` and 40 hexadecimal digits. */
  {
    id: 'supabase-access-token',
    description: 'Supabase personal access token',
    severity: 'critical',
    remedy: 'https://supabase.com/docs/guides/platform/access-control',
    pattern: token(/sbp_[0-9a-f]{40}/),
    keywords: ['sbp_'],
  },
  /** supabase.com/docs, “Understanding API keys”: `sb_secret_`, 22 characters, a checksum of 8. */
  {
    id: 'supabase-secret-key',
    description: 'Supabase secret API key',
    severity: 'critical',
    remedy: 'https://supabase.com/docs/guides/api/api-keys',
    pattern: token(/sb_secret_[A-Za-z0-9_-]{22}_[A-Za-z0-9_-]{8}/, '-'),
    keywords: ['sb_secret_'],
  },
  /** planetscale.com/docs, “Service tokens”. */
  {
    id: 'planetscale-token',
    description: 'PlanetScale service token',
    severity: 'critical',
    remedy: 'https://planetscale.com/docs/concepts/service-tokens',
    pattern: token(/pscale_tkn_[A-Za-z0-9_.-]{32,64}/, '.-'),
    keywords: ['pscale_tkn_'],
  },
  /** planetscale.com/docs, “Connection strings”. */
  {
    id: 'planetscale-password',
    description: 'PlanetScale database password',
    severity: 'critical',
    remedy: 'https://planetscale.com/docs/concepts/connection-strings',
    pattern: token(/pscale_pw_[A-Za-z0-9_.-]{32,64}/, '.-'),
    keywords: ['pscale_pw_'],
  },
  /** planetscale.com/docs, “OAuth applications”. */
  {
    id: 'planetscale-oauth-token',
    description: 'PlanetScale OAuth token',
    severity: 'critical',
    remedy: 'https://planetscale.com/docs/concepts/planetscale-api-oauth-applications',
    pattern: token(/pscale_oauth_[A-Za-z0-9_.-]{32,64}/, '.-'),
    keywords: ['pscale_oauth_'],
  },
  /** render.com/docs, “The Render API”: `rnd_`. */
  {
    id: 'render-api-key',
    description: 'Render API key',
    severity: 'critical',
    remedy: 'https://render.com/docs/api#authentication',
    pattern: token(/rnd_[A-Za-z0-9]{32}/),
    keywords: ['rnd_'],
    check: isMixed,
  },
  /** developers.scalingo.com, “Tokens”: `tk-us-` and 48 characters. */
  {
    id: 'scalingo-token',
    description: 'Scalingo API token',
    severity: 'critical',
    remedy: 'https://developers.scalingo.com/tokens',
    pattern: token(/tk-us-[A-Za-z0-9_-]{48}/, '-'),
    keywords: ['tk-us-'],
  },
  /** docs.openshift.com, “Managing user-owned OAuth access tokens”: `sha256~` and 32 bytes in base64url. */
  {
    id: 'openshift-token',
    description: 'OpenShift user token',
    severity: 'critical',
    remedy:
      'https://docs.openshift.com/container-platform/latest/authentication/managing-oauth-access-tokens.html',
    pattern: token(/sha256~[A-Za-z0-9_-]{43}/, '-'),
    keywords: ['sha256~'],
  },
  /** ranchermanager.docs.rancher.com, “API keys”: 54 characters of the alphabet that Kubernetes uses for random names. */
  {
    id: 'rancher-token',
    description: 'Rancher API token',
    severity: 'critical',
    remedy: 'https://ranchermanager.docs.rancher.com/reference-guides/user-settings/api-keys',
    pattern: token(/token-[a-z0-9]{5}:[bcdfghjklmnpqrstvwxz2456789]{54}/),
    keywords: ['token-'],
  },
  /** tailscale.com/kb, “Key prefixes”: kind, id, secret. */
  {
    id: 'tailscale-key',
    description: 'Tailscale key',
    severity: 'critical',
    remedy: 'https://tailscale.com/kb/1085/auth-keys',
    pattern: token(/tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]{9,20}-[A-Za-z0-9]{24,48}/),
    keywords: ['tskey-'],
  },
  /** docs.runpod.io, “API keys”: `rpa_`. */
  {
    id: 'runpod-api-key',
    description: 'RunPod API key',
    severity: 'critical',
    remedy: 'https://docs.runpod.io/get-started/api-keys',
    pattern: token(/rpa_[A-Z0-9]{40}[a-z0-9]{6}/),
    keywords: ['rpa_'],
  },
  /** vercel.com/docs, “Access tokens”: 24 characters. */
  {
    id: 'vercel-token',
    description: 'Vercel access token',
    severity: 'critical',
    remedy: 'https://vercel.com/docs/rest-api#authentication',
    pattern: assigned({ name: /vercel[\w.-]{0,20}token/, value: /[A-Za-z0-9]{24}/ }),
    keywords: ['vercel'],
    check: isMixed,
  },
] as const satisfies readonly Rule[]
