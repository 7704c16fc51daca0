import { base36Sum } from './checksum.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

const TOKENS = 'https://docs.gitlab.com/security/tokens/'

/** Prefixes: docs.gitlab.com, “Token overview”, section “Token prefixes”. */
export const GITLAB = [
  {
    id: 'gitlab-personal-access-token',
    description: 'GitLab personal, project or group access token',
    severity: 'critical',
    remedy:
      'https://docs.gitlab.com/user/profile/personal_access_tokens/#revoke-or-rotate-a-personal-access-token',
    pattern: token(/glpat-[A-Za-z0-9_-]{20}/, '.-'),
    keywords: ['glpat-'],
  },
  /**
   * Of any kind: `lib/authn/token_field/generator/routable_token.rb` of GitLab: base64url, version, the former’s length in
   * base36, and the checksum of all that in base36.
   */
  {
    id: 'gitlab-routable-token',
    description: 'GitLab access token, deploy token or runner token (routable)',
    severity: 'critical',
    remedy: TOKENS,
    pattern: token(/gl[a-z]{2,6}-(?:t[0-9]_)?[A-Za-z0-9_-]{27,235}\.[0-9a-z]{2}\.[0-9a-z]{9}/),
    keywords: ['glpat-', 'glrt-', 'gldt-', 'glcbt-', 'gloas-', 'glptt-', 'glft-'],
    check: isRoutable,
  },
  {
    id: 'gitlab-oauth-secret',
    description: 'GitLab OAuth application secret',
    severity: 'high',
    remedy: TOKENS,
    pattern: token(/gloas-[A-Za-z0-9_-]{64}/, '-'),
    keywords: ['gloas-'],
  },
  {
    id: 'gitlab-deploy-token',
    description: 'GitLab deploy token',
    severity: 'high',
    remedy: 'https://docs.gitlab.com/user/project/deploy_tokens/#revoke-a-deploy-token',
    pattern: token(/gldt-[A-Za-z0-9_-]{20}/, '.-'),
    keywords: ['gldt-'],
  },
  {
    id: 'gitlab-runner-token',
    description: 'GitLab runner authentication token',
    severity: 'high',
    remedy: 'https://docs.gitlab.com/ci/runners/configure_runners/#runner-authentication-token-security',
    pattern: token(/glrtr?-(?:t[123]_)?[A-Za-z0-9_-]{20}/, '.-'),
    keywords: ['glrt-', 'glrtr-'],
  },
  {
    id: 'gitlab-runner-registration-token',
    description: 'GitLab runner registration token (legacy)',
    severity: 'high',
    remedy: 'https://docs.gitlab.com/ci/runners/new_creation_workflow/',
    pattern: token(/GR1348941[A-Za-z0-9_-]{20}/, '-'),
    keywords: ['gr1348941'],
  },
  {
    id: 'gitlab-ci-build-token',
    description: 'GitLab CI/CD job token',
    severity: 'low',
    remedy: 'https://docs.gitlab.com/ci/jobs/ci_job_token/',
    pattern: token(/glcbt-[0-9a-zA-Z]{1,5}_[A-Za-z0-9_-]{20}/, '-'),
    keywords: ['glcbt-'],
  },
  {
    id: 'gitlab-trigger-token',
    description: 'GitLab pipeline trigger token',
    severity: 'medium',
    remedy: 'https://docs.gitlab.com/ci/triggers/#revoke-a-pipeline-trigger-token',
    pattern: token(/glptt-[0-9a-f]{40}/),
    keywords: ['glptt-'],
  },
  {
    id: 'gitlab-feed-token',
    description: 'GitLab feed token',
    severity: 'medium',
    remedy: `${TOKENS}#feed-token`,
    pattern: token(/glft-[A-Za-z0-9_-]{20}/, '.-'),
    keywords: ['glft-'],
  },
  {
    id: 'gitlab-incoming-mail-token',
    description: 'GitLab incoming mail token',
    severity: 'medium',
    remedy: TOKENS,
    pattern: token(/glimt-[A-Za-z0-9_-]{25}/, '-'),
    keywords: ['glimt-'],
  },
  {
    id: 'gitlab-agent-token',
    description: 'GitLab agent for Kubernetes token',
    severity: 'critical',
    remedy: 'https://docs.gitlab.com/user/clusters/agent/work_with_agent/#reset-the-agent-token',
    pattern: token(/glagent-[A-Za-z0-9_-]{50}/, '-'),
    keywords: ['glagent-'],
  },
  {
    id: 'gitlab-scim-token',
    description: 'GitLab SCIM token',
    severity: 'high',
    remedy: TOKENS,
    pattern: token(/glsoat-[A-Za-z0-9_-]{20}/, '-'),
    keywords: ['glsoat-'],
  },
  {
    id: 'gitlab-feature-flags-token',
    description: 'GitLab feature flags client token',
    severity: 'medium',
    remedy: 'https://docs.gitlab.com/operations/feature_flags/#get-access-credentials',
    pattern: token(/glffct-[A-Za-z0-9_-]{20}/, '-'),
    keywords: ['glffct-'],
  },
  {
    id: 'gitlab-session-cookie',
    description: 'GitLab session cookie',
    severity: 'high',
    remedy: 'https://docs.gitlab.com/user/profile/active_sessions/',
    pattern: /_gitlab_session=([0-9a-f]{32})(?![0-9A-Za-z_])/,
    keywords: ['_gitlab_session='],
  },
] as const satisfies readonly Rule[]

const SUM = 7

function isRoutable(secret: string): boolean {
  const payload = secret.slice(secret.indexOf('-') + 1, secret.indexOf('.')).replace(/^t\d_(?=.{27})/, '')
  const size = Number.parseInt(secret.slice(-SUM - 2, -SUM), 36)
  return size === payload.length && base36Sum(secret.slice(0, -SUM)) === secret.slice(-SUM)
}
