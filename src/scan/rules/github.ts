import { hasBase62Sum } from './checksum.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

const REVOKE =
  'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/managing-your-personal-access-tokens#deleting-a-personal-access-token'
const TYPES =
  'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github'

/**
 * Tokens of GitHub: a prefix by kind, 30 random characters and the checksum of these, so that nothing else is taken for one
 * (github.blog, 2021-04-05: “Behind GitHub’s new authentication token formats”).
 */
export const GITHUB = [
  {
    id: 'github-personal-access-token',
    description: 'GitHub personal access token (classic)',
    severity: 'critical',
    remedy: REVOKE,
    pattern: token(/ghp_[A-Za-z0-9]{36}/),
    keywords: ['ghp_'],
    check: hasBase62Sum,
  },
  /** The same page; 22 characters that name the token, 59 that are it. */
  {
    id: 'github-fine-grained-token',
    description: 'GitHub fine-grained personal access token',
    severity: 'critical',
    remedy: REVOKE,
    pattern: token(/github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/),
    keywords: ['github_pat_'],
  },
  {
    id: 'github-oauth-token',
    description: 'GitHub OAuth access token',
    severity: 'critical',
    remedy: `${TYPES}#authenticating-with-the-command-line`,
    pattern: token(/gho_[A-Za-z0-9]{36}/),
    keywords: ['gho_'],
    check: hasBase62Sum,
  },
  {
    id: 'github-app-token',
    description: 'GitHub App user or installation token',
    severity: 'high',
    remedy: 'https://docs.github.com/en/rest/apps/installations#revoke-an-installation-access-token',
    pattern: token(/gh[us]_[A-Za-z0-9]{36}/),
    keywords: ['ghu_', 'ghs_'],
    check: hasBase62Sum,
  },
  {
    id: 'github-refresh-token',
    description: 'GitHub App refresh token',
    severity: 'critical',
    remedy:
      'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens',
    pattern: token(/ghr_[A-Za-z0-9]{76}/),
    keywords: ['ghr_'],
  },
] as const satisfies readonly Rule[]
