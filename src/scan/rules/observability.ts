import { assigned } from './assigned.ts'
import { littleEndianSum } from './checksum.ts'
import { isMixed } from './mixed.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Metrics, logs, errors, and data platforms. */
export const OBSERVABILITY = [
  /** grafana.com/docs: `glsa_`, 32 characters, and the checksum of both (found to hold for published tokens). */
  {
    id: 'grafana-service-account-token',
    description: 'Grafana service account token',
    severity: 'high',
    remedy: 'https://grafana.com/docs/grafana/latest/administration/service-accounts/',
    pattern: token(/glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}/),
    keywords: ['glsa_'],
    check: hasSum,
  },
  /** grafana.com/docs: `glc_` and JSON in base64. */
  {
    id: 'grafana-cloud-token',
    description: 'Grafana Cloud access policy token',
    severity: 'high',
    remedy:
      'https://grafana.com/docs/grafana-cloud/account-management/authentication-and-permissions/access-policies/',
    pattern: token(/glc_eyJ[A-Za-z0-9+/]{60,400}={0,2}/, '+/='),
    keywords: ['glc_eyj'],
  },
  /** grafana.com/docs: base64 of `{"k":"…`. */
  {
    id: 'grafana-legacy-api-key',
    description: 'Grafana API key (legacy)',
    severity: 'high',
    remedy: 'https://grafana.com/docs/grafana/latest/administration/service-accounts/migrate-api-keys/',
    pattern: token(/eyJrIjoi[A-Za-z0-9+/]{70,400}={0,2}/, '+/='),
    keywords: ['eyjrijoi'],
  },
  /** docs.newrelic.com, “API keys”. */
  {
    id: 'newrelic-user-key',
    description: 'New Relic user key',
    severity: 'high',
    remedy: 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/',
    pattern: token(/NRAK-[A-Z0-9]{27}/),
    keywords: ['nrak-'],
  },
  /** The same page. */
  {
    id: 'newrelic-insert-key',
    description: 'New Relic insert key',
    severity: 'medium',
    remedy: 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/',
    pattern: token(/NRI[IQ]-[A-Za-z0-9_-]{32}/, '-'),
    keywords: ['nrii-', 'nriq-'],
  },
  /** The same page: 40 characters, of which the last four are `NRAL`. */
  {
    id: 'newrelic-license-key',
    description: 'New Relic license key',
    severity: 'medium',
    remedy: 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/',
    pattern: token(/[0-9a-f]{36}NRAL/),
    keywords: ['nral'],
  },
  /** docs.sentry.io, “Auth tokens”: JSON in base64, and 32 bytes. */
  {
    id: 'sentry-organization-token',
    description: 'Sentry organization token',
    severity: 'high',
    remedy: 'https://docs.sentry.io/account/auth-tokens/',
    pattern: token(/sntrys_eyJ[A-Za-z0-9+/]{80,400}={0,2}_[A-Za-z0-9+/]{43}/, '+/='),
    keywords: ['sntrys_eyj'],
    reach: { before: 1, after: 520 },
  },
  /** The same page. */
  {
    id: 'sentry-user-token',
    description: 'Sentry user token',
    severity: 'high',
    remedy: 'https://docs.sentry.io/account/auth-tokens/',
    pattern: token(/sntryu_[0-9a-f]{64}/),
    keywords: ['sntryu_'],
  },
  /** docs.dynatrace.com, “Token format”: prefix, public part, secret part. */
  {
    id: 'dynatrace-token',
    description: 'Dynatrace access token',
    severity: 'high',
    remedy:
      'https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens',
    pattern: token(/dt0[a-z][0-9]{2}\.[A-Z2-7]{24}\.[A-Z2-7]{64}/),
    keywords: ['dt0'],
  },
  /** docs.datadoghq.com, “API and application keys”: 32 hexadecimal digits. */
  {
    id: 'datadog-api-key',
    description: 'Datadog API key',
    severity: 'high',
    remedy: 'https://docs.datadoghq.com/account_management/api-app-keys/',
    pattern: assigned({
      name: /(?:datadog|dd_)[\w.-]{0,20}(?:api_key|apikey|api-key)/,
      value: /[0-9a-f]{32}/,
    }),
    keywords: ['datadog', 'dd_'],
  },
  /** The same page: 40 hexadecimal digits. */
  {
    id: 'datadog-application-key',
    description: 'Datadog application key',
    severity: 'high',
    remedy: 'https://docs.datadoghq.com/account_management/api-app-keys/',
    pattern: assigned({ name: /(?:datadog|dd_)[\w.-]{0,20}key/, value: /[0-9a-f]{40}/ }),
    keywords: ['datadog', 'dd_'],
  },
  /** support.pagerduty.com, “API access keys”: 20 characters. */
  {
    id: 'pagerduty-api-key',
    description: 'PagerDuty API key',
    severity: 'high',
    remedy: 'https://support.pagerduty.com/main/docs/api-access-keys',
    pattern: assigned({
      name: /pagerduty[\w.-]{0,20}(?:key|token)/,
      value: /[A-Za-z0-9_+-]{20}/,
      more: '+-',
    }),
    keywords: ['pagerduty'],
    check: isMixed,
  },
  /** docs.rollbar.com, “Access tokens”: 32 hexadecimal digits. */
  {
    id: 'rollbar-access-token',
    description: 'Rollbar access token',
    severity: 'medium',
    remedy: 'https://docs.rollbar.com/docs/access-tokens',
    pattern: assigned({ name: /rollbar[\w.-]{0,20}token/, value: /[0-9a-f]{32}/ }),
    keywords: ['rollbar'],
  },
  /** docs.splunk.com, “HTTP event collector”: UUIDs. */
  {
    id: 'splunk-hec-token',
    description: 'Splunk HTTP event collector token',
    severity: 'medium',
    remedy: 'https://docs.splunk.com/Documentation/Splunk/latest/Data/UsetheHTTPEventCollector',
    pattern: assigned({
      name: /(?:splunk|hec_)[\w.-]{0,20}token/,
      value: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    }),
    keywords: ['splunk', 'hec_'],
  },
] as const satisfies readonly Rule[]

const SUM = 8

function hasSum(secret: string): boolean {
  return littleEndianSum(secret.slice(0, -SUM - 1)) === secret.slice(-SUM)
}
