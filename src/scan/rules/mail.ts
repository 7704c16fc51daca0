import { assigned } from './assigned.ts'
import { isMixed } from './mixed.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Mail, messages and telephony. */
export const MAIL = [
  /** twilio.com/docs/sendgrid, “API keys”: 69 characters. */
  {
    id: 'sendgrid-api-key',
    description: 'SendGrid API key',
    severity: 'critical',
    remedy: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
    pattern: token(/SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/, '-'),
    keywords: ['sg.'],
  },
  /** documentation.mailgun.com, “API keys”: `key-` and 32 hexadecimal digits. */
  {
    id: 'mailgun-api-key',
    description: 'Mailgun API key',
    severity: 'critical',
    remedy: 'https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/rbac-mgmt',
    pattern: token(/key-[0-9a-f]{32}/),
    keywords: ['key-'],
  },
  /** The same: three parts of hexadecimal digits. */
  {
    id: 'mailgun-signing-key',
    description: 'Mailgun API key, present form',
    severity: 'critical',
    remedy: 'https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/rbac-mgmt',
    pattern: assigned({ name: /mailgun[\w.-]{0,20}key/, value: /[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}/ }),
    keywords: ['mailgun'],
  },
  /** mailchimp.com/developer, “Fundamentals”: 32 hexadecimal digits and the data centre. */
  {
    id: 'mailchimp-api-key',
    description: 'Mailchimp API key',
    severity: 'critical',
    remedy: 'https://mailchimp.com/help/about-api-keys/',
    pattern: token(/[0-9a-f]{32}-us[0-9]{1,2}/),
    keywords: ['-us'],
  },
  /** mailchimp.com/developer/transactional: `md-` and 22 characters. */
  {
    id: 'mandrill-api-key',
    description: 'Mandrill API key',
    severity: 'high',
    remedy: 'https://mailchimp.com/developer/transactional/guides/quick-start/',
    pattern: token(/md-[A-Za-z0-9_-]{22}/, '-'),
    keywords: ['mandrill', 'mailchimp'],
  },
  /** developers.brevo.com, “Authentication”: `xkeysib-`, 64 hexadecimal digits, 16 characters. */
  {
    id: 'brevo-api-key',
    description: 'Brevo API key',
    severity: 'critical',
    remedy: 'https://help.brevo.com/hc/en-us/articles/209467485',
    pattern: token(/xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}/),
    keywords: ['xkeysib-'],
  },
  /** The same: `xsmtpsib-`. */
  {
    id: 'brevo-smtp-key',
    description: 'Brevo SMTP key',
    severity: 'critical',
    remedy: 'https://help.brevo.com/hc/en-us/articles/7959631848850',
    pattern: token(/xsmtpsib-[0-9a-f]{64}-[A-Za-z0-9]{16}/),
    keywords: ['xsmtpsib-'],
  },
  /** resend.com/docs, “API keys”: `re_`, 8 characters, 24 more. */
  {
    id: 'resend-api-key',
    description: 'Resend API key',
    severity: 'high',
    remedy: 'https://resend.com/docs/dashboard/api-keys/introduction',
    pattern: token(/re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}/),
    keywords: ['re_'],
    check: isMixed,
  },
  /** twilio.com/docs, “String identifier (SID)”: `SK` and 32 hexadecimal digits. */
  {
    id: 'twilio-api-key',
    description: 'Twilio API key: its secret is likely to be near',
    severity: 'medium',
    remedy: 'https://www.twilio.com/docs/iam/api-keys',
    pattern: token(/SK[0-9a-f]{32}/),
    keywords: ['twilio'],
  },
  /** twilio.com/docs, “Auth tokens”: 32 hexadecimal digits. */
  {
    id: 'twilio-auth-token',
    description: 'Twilio auth token',
    severity: 'critical',
    remedy: 'https://www.twilio.com/docs/iam/api/authtoken',
    pattern: assigned({ name: /twilio[\w.-]{0,20}token/, value: /[0-9a-f]{32}/ }),
    keywords: ['twilio'],
  },
  /** postmarkapp.com/developer, “Authentication”: UUIDs. */
  {
    id: 'postmark-server-token',
    description: 'Postmark server token',
    severity: 'high',
    remedy: 'https://postmarkapp.com/support/article/1008-what-are-the-account-and-server-api-tokens',
    pattern: assigned({
      name: /postmark[\w.-]{0,20}token/,
      value: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    }),
    keywords: ['postmark'],
  },
  /** developers.sparkpost.com, “Authentication”: 40 hexadecimal digits. */
  {
    id: 'sparkpost-api-key',
    description: 'SparkPost API key',
    severity: 'high',
    remedy: 'https://developers.sparkpost.com/api/#header-authentication',
    pattern: assigned({ name: /sparkpost[\w.-]{0,20}key/, value: /[0-9a-f]{40}/ }),
    keywords: ['sparkpost'],
  },
  /** dev.mailjet.com, “Authentication”: 32 hexadecimal digits. */
  {
    id: 'mailjet-secret-key',
    description: 'Mailjet secret key',
    severity: 'high',
    remedy: 'https://documentation.mailjet.com/hc/en-us/articles/360043044853',
    pattern: assigned({ name: /(?:mailjet|mj_apikey)[\w.-]{0,20}(?:secret|private)/, value: /[0-9a-f]{32}/ }),
    keywords: ['mailjet', 'mj_apikey'],
  },
  /** developers.klaviyo.com, “Authenticate API requests”: `pk_` and 34 hexadecimal digits. */
  {
    id: 'klaviyo-private-key',
    description: 'Klaviyo private key',
    severity: 'high',
    remedy: 'https://developers.klaviyo.com/en/docs/authenticate_',
    pattern: token(/pk_[0-9a-f]{34}/),
    keywords: ['pk_'],
  },
] as const satisfies readonly Rule[]
