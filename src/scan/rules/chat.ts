import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Chat and collaboration. */
export const CHAT = [
  /** api.slack.com, “Token types”: team, user, secret. */
  {
    id: 'slack-bot-token',
    description: 'Slack bot token',
    severity: 'high',
    remedy: 'https://api.slack.com/authentication/best-practices',
    pattern: token(/xoxb-[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9]{18,34}/),
    keywords: ['xoxb-'],
  },
  /** The same page. */
  {
    id: 'slack-user-token',
    description: 'Slack user token',
    severity: 'critical',
    remedy: 'https://api.slack.com/authentication/best-practices',
    pattern: token(/xox[pe]-(?:[0-9]{10,13}-){3}[a-f0-9]{28,34}/),
    keywords: ['xoxp-', 'xoxe-'],
  },
  /** The same page. */
  {
    id: 'slack-app-token',
    description: 'Slack app-level token',
    severity: 'high',
    remedy: 'https://api.slack.com/authentication/best-practices',
    pattern: token(/xapp-1-A[A-Z0-9]{8,12}-[0-9]{10,14}-[a-z0-9]{64}/),
    keywords: ['xapp-1-'],
  },
  /** api.slack.com, “App manifests”. */
  {
    id: 'slack-configuration-token',
    description: 'Slack configuration access token',
    severity: 'high',
    remedy: 'https://api.slack.com/reference/manifests#config-tokens',
    pattern: token(/xoxe\.xox[bp]-[0-9]-[A-Za-z0-9]{163,166}/),
    keywords: ['xoxe.xox'],
  },
  /** The same page. */
  {
    id: 'slack-refresh-token',
    description: 'Slack configuration refresh token',
    severity: 'high',
    remedy: 'https://api.slack.com/reference/manifests#config-tokens',
    pattern: token(/xoxe-[0-9]-[A-Za-z0-9]{146}/),
    keywords: ['xoxe-'],
  },
  /** api.slack.com, “Legacy tokens”. */
  {
    id: 'slack-legacy-token',
    description: 'Slack legacy or workspace token',
    severity: 'high',
    remedy: 'https://api.slack.com/authentication/best-practices',
    pattern: token(/xox[aors]-[0-9]{1,3}-[A-Za-z0-9-]{20,72}/, '-'),
    keywords: ['xoxa-', 'xoxo-', 'xoxr-', 'xoxs-'],
  },
  /** Of the web client (seen in what Slack’s own scanner finds). */
  {
    id: 'slack-session-token',
    description: 'Slack session token',
    severity: 'critical',
    remedy: 'https://slack.com/help/articles/214613347-Sign-out-of-Slack',
    pattern: token(/xoxc-(?:[0-9]{10,14}-){3}[a-f0-9]{64}/),
    keywords: ['xoxc-'],
  },
  /** api.slack.com, “Incoming webhooks”. */
  {
    id: 'slack-webhook',
    description: 'Slack incoming webhook',
    severity: 'medium',
    remedy: 'https://api.slack.com/messaging/webhooks',
    pattern:
      /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/([A-Z0-9]{9,14}\/[A-Z0-9]{9,18}\/[A-Za-z0-9]{18,34})(?![0-9A-Za-z_])/,
    keywords: ['hooks.slack'],
  },
  /** discord.com/developers, “Reference: authentication”: the id in base64, a time, an HMAC. */
  {
    id: 'discord-bot-token',
    description: 'Discord bot token',
    severity: 'high',
    remedy: 'https://discord.com/developers/docs/topics/oauth2#bots',
    pattern: token(/[MNO][A-Za-z0-9]{22,26}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}/, '.-'),
    keywords: ['discord', 'bot'],
    check: isDiscordToken,
  },
  /** discord.com/developers, “Webhook”: id and token. */
  {
    id: 'discord-webhook',
    description: 'Discord webhook',
    severity: 'medium',
    remedy: 'https://discord.com/developers/docs/resources/webhook#delete-webhook',
    pattern: /discord(?:app)?\.com\/api\/webhooks\/([0-9]{17,20}\/[A-Za-z0-9_-]{60,72})(?![0-9A-Za-z_-])/,
    keywords: ['/api/webhooks/'],
  },
  /** core.telegram.org, “Authorizing your bot”. */
  {
    id: 'telegram-bot-token',
    description: 'Telegram bot token',
    severity: 'high',
    remedy: 'https://core.telegram.org/bots/features#botfather',
    pattern: token(/[0-9]{8,10}:AA[A-Za-z0-9_-]{33}/, '-'),
    keywords: [':aa'],
  },
  /** learn.microsoft.com, “Incoming webhooks”. */
  {
    id: 'microsoft-teams-webhook',
    description: 'Microsoft Teams incoming webhook',
    severity: 'medium',
    remedy:
      'https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook',
    pattern:
      /\.webhook\.office\.com\/webhookb2\/([0-9a-f-]{36}@[0-9a-f-]{36}\/IncomingWebhook\/[0-9a-f]{32}\/[0-9a-f-]{36})(?![0-9A-Za-z_-])/,
    keywords: ['.webhook.office.com'],
  },
  /** developers.google.com, “Build a Google Chat app as a webhook”. */
  {
    id: 'google-chat-webhook',
    description: 'Google Chat webhook',
    severity: 'medium',
    remedy: 'https://developers.google.com/workspace/chat/quickstart/webhooks',
    pattern:
      /chat\.googleapis\.com\/v1\/spaces\/[A-Za-z0-9_-]{8,20}\/messages\?key=AIza[A-Za-z0-9_-]{35}&(?:amp;)?token=([A-Za-z0-9_-]{43})(?![0-9A-Za-z_-])/,
    keywords: ['chat.googleapis.com'],
  },
] as const satisfies readonly Rule[]

/** The first part is the number of the bot. */
function isDiscordToken(secret: string): boolean {
  const id = Buffer.from(secret.slice(0, secret.indexOf('.')), 'base64url').toString('latin1')
  return /^[0-9]{17,20}$/.test(id)
}
