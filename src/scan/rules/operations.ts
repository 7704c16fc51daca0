import { assigned } from './assigned.ts'
import { isMixed } from './mixed.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** CI, delivery, infrastructure as code, and stores of secrets. */
export const OPERATIONS = [
  /** developer.hashicorp.com/terraform: id, `atlasv1`, secret. */
  {
    id: 'terraform-cloud-token',
    description: 'HCP Terraform API token',
    severity: 'critical',
    remedy: 'https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens',
    pattern: token(/[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}/, '=-'),
    keywords: ['.atlasv1.'],
  },
  /** pulumi.com/docs, “Access tokens”: `pul-` and 40 hexadecimal digits. */
  {
    id: 'pulumi-access-token',
    description: 'Pulumi access token',
    severity: 'critical',
    remedy: 'https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/',
    pattern: token(/pul-[0-9a-f]{40}/),
    keywords: ['pul-'],
  },
  /** buildkite.com/docs, “Token security”: `bkua_` and 40 hexadecimal digits. */
  {
    id: 'buildkite-token',
    description: 'Buildkite API access token',
    severity: 'critical',
    remedy: 'https://buildkite.com/docs/apis/managing-api-tokens',
    pattern: token(/bkua_[0-9a-f]{40}/),
    keywords: ['bkua_'],
  },
  /** circleci.com/docs, “Managing API tokens”: kind, user, 40 hexadecimal digits. */
  {
    id: 'circleci-token',
    description: 'CircleCI personal or project token',
    severity: 'critical',
    remedy: 'https://circleci.com/docs/managing-api-tokens/',
    pattern: token(/CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[0-9a-f]{40}/),
    keywords: ['ccipat_', 'cciprj_'],
  },
  /** docs.sonarsource.com, “Managing your tokens”: user, project or global. */
  {
    id: 'sonarqube-token',
    description: 'SonarQube token',
    severity: 'high',
    remedy: 'https://docs.sonarsource.com/sonarqube/latest/user-guide/managing-tokens/',
    pattern: token(/sq[upa]_[0-9a-f]{40}/),
    keywords: ['squ_', 'sqp_', 'sqa_'],
  },
  /** octopus.com/docs, “How to create an API key”. */
  {
    id: 'octopus-api-key',
    description: 'Octopus Deploy API key',
    severity: 'critical',
    remedy: 'https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key',
    pattern: token(/API-[A-Z0-9]{25,31}/),
    keywords: ['octopus'],
  },
  /** developer.harness.io, “Manage API keys”: kind, account, id, secret. */
  {
    id: 'harness-token',
    description: 'Harness personal or service account token',
    severity: 'critical',
    remedy: 'https://developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys',
    pattern: token(/(?:pat|sat)\.[A-Za-z0-9_-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20}/),
    keywords: ['pat.', 'sat.'],
  },
  /** launchdarkly.com/docs, “API access tokens”: kind and UUID. */
  {
    id: 'launchdarkly-key',
    description: 'LaunchDarkly SDK key or access token',
    severity: 'high',
    remedy: 'https://launchdarkly.com/docs/home/account/api',
    pattern: token(/(?:sdk|api)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/),
    keywords: ['sdk-', 'api-'],
  },
  /** docs.prefect.io, “Manage API keys”: user or bot. */
  {
    id: 'prefect-api-key',
    description: 'Prefect API key',
    severity: 'high',
    remedy: 'https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys',
    pattern: token(/pn[ub]_[A-Za-z0-9]{36}/),
    keywords: ['pnu_', 'pnb_'],
  },
  /** support.atlassian.com, “API tokens”: `ATATT3`, and a checksum of eight hexadecimal digits. */
  {
    id: 'atlassian-api-token',
    description: 'Atlassian API token',
    severity: 'critical',
    remedy:
      'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/',
    pattern: token(/ATATT3[A-Za-z0-9_-]{150,220}=[A-F0-9]{8}/),
    keywords: ['atatt3'],
  },
  /** support.atlassian.com/bitbucket-cloud, “Access tokens”: `ATCTT3`. */
  {
    id: 'bitbucket-access-token',
    description: 'Bitbucket repository, project or workspace access token',
    severity: 'critical',
    remedy: 'https://support.atlassian.com/bitbucket-cloud/docs/revoke-a-repository-access-token/',
    pattern: token(/ATCTT3[A-Za-z0-9_-]{150,220}=[A-F0-9]{8}/),
    keywords: ['atctt3'],
  },
  /** support.atlassian.com/bitbucket-cloud, “App passwords”: 36 characters that begin with `ATBB`. */
  {
    id: 'bitbucket-app-password',
    description: 'Bitbucket app password',
    severity: 'critical',
    remedy: 'https://support.atlassian.com/bitbucket-cloud/docs/revoke-an-app-password/',
    pattern: token(/ATBB[A-Za-z0-9]{32}/),
    keywords: ['atbb'],
  },
  /** sourcegraph.com/docs, “Access token prefix”: instance and 40 hexadecimal digits. */
  {
    id: 'sourcegraph-token',
    description: 'Sourcegraph access token',
    severity: 'high',
    remedy: 'https://sourcegraph.com/docs/cli/how-tos/revoking_an_access_token',
    pattern: token(/sgp_(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}/),
    keywords: ['sgp_'],
  },
  /** jenkins.io, “Authenticating scripted clients”: 11 and 32 hexadecimal digits. */
  {
    id: 'jenkins-api-token',
    description: 'Jenkins API token',
    severity: 'high',
    remedy: 'https://www.jenkins.io/doc/book/system-administration/authenticating-scripted-clients/',
    pattern: assigned({ name: /jenkins[\w.-]{0,20}token/, value: /11[0-9a-f]{32}/ }),
    keywords: ['jenkins'],
  },
  /** docs.codecov.com, “Tokens”: UUIDs. */
  {
    id: 'codecov-token',
    description: 'Codecov upload token',
    severity: 'medium',
    remedy: 'https://docs.codecov.com/docs/codecov-tokens',
    pattern: assigned({
      name: /codecov[\w.-]{0,20}token/,
      value: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    }),
    keywords: ['codecov'],
  },
  /** docs.snyk.io, “Authentication for API”: UUIDs. */
  {
    id: 'snyk-token',
    description: 'Snyk API token',
    severity: 'high',
    remedy: 'https://docs.snyk.io/snyk-api/authentication-for-api',
    pattern: assigned({
      name: /snyk[\w.-]{0,20}(?:token|key)/,
      value: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    }),
    keywords: ['snyk'],
  },
  /** docs.travis-ci.com, “API token”: 22 characters. */
  {
    id: 'travis-token',
    description: 'Travis CI API token',
    severity: 'high',
    remedy: 'https://docs.travis-ci.com/user/triggering-builds/',
    pattern: assigned({ name: /travis[\w.-]{0,20}token/, value: /[A-Za-z0-9_-]{22}/, more: '-' }),
    keywords: ['travis'],
    check: isMixed,
  },
] as const satisfies readonly Rule[]
