import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Documents, plans and designs. */
export const COLLABORATION = [
  /** linear.app/developers: `lin_api_` and 40 characters. */
  {
    id: 'linear-api-key',
    description: 'Linear API key',
    severity: 'high',
    remedy: 'https://linear.app/docs/api-and-webhooks',
    pattern: token(/lin_api_[A-Za-z0-9]{40}/),
    keywords: ['lin_api_'],
  },
  /** The same. */
  {
    id: 'linear-oauth-token',
    description: 'Linear OAuth token',
    severity: 'high',
    remedy: 'https://linear.app/developers/oauth-2-0-authentication',
    pattern: token(/lin_oauth_[a-f0-9]{64}/),
    keywords: ['lin_oauth_'],
  },
  /** developers.notion.com, changelog 2024-09: `ntn_`. */
  {
    id: 'notion-token',
    description: 'Notion integration token',
    severity: 'high',
    remedy: 'https://developers.notion.com/docs/authorization',
    pattern: token(/ntn_[0-9]{11}[A-Za-z0-9]{35}/),
    keywords: ['ntn_'],
  },
  /** The same page, before 2024-09: `secret_` and 43 characters. */
  {
    id: 'notion-legacy-token',
    description: 'Notion integration token (legacy)',
    severity: 'high',
    remedy: 'https://developers.notion.com/docs/authorization',
    pattern: token(/secret_[A-Za-z0-9]{43}/),
    keywords: ['secret_'],
    check: (secret) => /[0-9]/.test(secret) && /[A-Z]/.test(secret),
  },
  /** airtable.com/developers, “Personal access tokens”: id and secret. */
  {
    id: 'airtable-token',
    description: 'Airtable personal access token',
    severity: 'high',
    remedy: 'https://support.airtable.com/docs/creating-personal-access-tokens',
    pattern: token(/pat[A-Za-z0-9]{14}\.[a-f0-9]{64}/),
    keywords: ['pat'],
  },
  /** developers.figma.com, “Authentication”: `figd_`. */
  {
    id: 'figma-token',
    description: 'Figma personal access token',
    severity: 'high',
    remedy: 'https://help.figma.com/hc/en-us/articles/8085703771159',
    pattern: token(/fig[dou][rh]?_[A-Za-z0-9_-]{40}/, '-'),
    keywords: ['figd_', 'figo_', 'figu_', 'figdr_', 'figoh_'],
  },
  /** developers.hubspot.com, “Private apps”: `pat-`, the region, a UUID. */
  {
    id: 'hubspot-token',
    description: 'HubSpot private app token',
    severity: 'high',
    remedy: 'https://developers.hubspot.com/docs/guides/apps/private-apps/overview',
    pattern: token(/pat-(?:na|eu|ap)[1-9]-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/),
    keywords: ['pat-na', 'pat-eu', 'pat-ap'],
  },
  /** developers.dropbox.com, “OAuth guide”: short-lived tokens begin with `sl.`. */
  {
    id: 'dropbox-token',
    description: 'Dropbox access token',
    severity: 'high',
    remedy: 'https://www.dropbox.com/developers/reference/auth-types',
    pattern: token(/sl\.(?:u\.)?[A-Za-z0-9_-]{130,1400}/, '-'),
    keywords: ['sl.'],
    reach: { before: 1, after: 1500 },
  },
  /** contentful.com/developers, “Authentication”: `CFPAT-` and 43 characters. */
  {
    id: 'contentful-token',
    description: 'Contentful personal access token',
    severity: 'high',
    remedy: 'https://www.contentful.com/developers/docs/references/authentication/',
    pattern: token(/CFPAT-[A-Za-z0-9_-]{43}/, '-'),
    keywords: ['cfpat-'],
  },
  /** typeform.com/developers, “Personal access token”: `tfp_`. */
  {
    id: 'typeform-token',
    description: 'Typeform personal access token',
    severity: 'medium',
    remedy: 'https://www.typeform.com/developers/get-started/personal-access-token/',
    pattern: token(/tfp_[A-Za-z0-9_.=-]{40,59}/, '.=-'),
    keywords: ['tfp_'],
  },
  /** learning.postman.com, “Postman API authentication”. */
  {
    id: 'postman-api-key',
    description: 'Postman API key',
    severity: 'high',
    remedy: 'https://learning.postman.com/docs/developer/postman-api/authentication/',
    pattern: token(/PMAK-[a-f0-9]{24}-[a-f0-9]{34}/),
    keywords: ['pmak-'],
  },
] as const satisfies readonly Rule[]
