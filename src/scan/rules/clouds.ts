import { assigned } from './assigned.ts'
import { isMixed } from './mixed.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Clouds and platforms besides the three large ones. */
export const CLOUDS = [
  /** docs.digitalocean.com, “Token format”: kind and 64 hexadecimal digits. */
  {
    id: 'digitalocean-personal-access-token',
    description: 'DigitalOcean personal access token',
    severity: 'critical',
    remedy: 'https://docs.digitalocean.com/reference/api/create-personal-access-token/',
    pattern: token(/dop_v1_[0-9a-f]{64}/),
    keywords: ['dop_v1_'],
  },
  /** The same page. */
  {
    id: 'digitalocean-oauth-token',
    description: 'DigitalOcean OAuth token',
    severity: 'critical',
    remedy: 'https://docs.digitalocean.com/reference/api/oauth/',
    pattern: token(/doo_v1_[0-9a-f]{64}/),
    keywords: ['doo_v1_'],
  },
  /** The same page. */
  {
    id: 'digitalocean-refresh-token',
    description: 'DigitalOcean refresh token',
    severity: 'critical',
    remedy: 'https://docs.digitalocean.com/reference/api/oauth/',
    pattern: token(/dor_v1_[0-9a-f]{64}/),
    keywords: ['dor_v1_'],
  },
  /** alibabacloud.com, “AccessKey pair”: 24 characters for users. */
  {
    id: 'alibaba-access-key-id',
    description: 'Alibaba Cloud access key id: its secret is likely to be near',
    severity: 'medium',
    remedy: 'https://www.alibabacloud.com/help/en/ram/user-guide/disable-an-accesskey-pair-of-a-ram-user',
    pattern: token(/LTAI[A-Za-z0-9]{20}/),
    keywords: ['ltai'],
    check: isMixed,
  },
  /** The same page: 30 characters. */
  {
    id: 'alibaba-access-key-secret',
    description: 'Alibaba Cloud access key secret',
    severity: 'critical',
    remedy: 'https://www.alibabacloud.com/help/en/ram/user-guide/disable-an-accesskey-pair-of-a-ram-user',
    pattern: assigned({ name: /(?:aliyun|alibaba|alicloud)[\w.-]{0,20}secret/, value: /[A-Za-z0-9]{30}/ }),
    keywords: ['aliyun', 'alibaba', 'alicloud'],
    check: isMixed,
  },
  /** tencentcloud.com, “Access key”: 36 characters. */
  {
    id: 'tencent-secret-id',
    description: 'Tencent Cloud secret id: its key is likely to be near',
    severity: 'medium',
    remedy: 'https://www.tencentcloud.com/document/product/598/34227',
    pattern: token(/AKID[A-Za-z0-9]{32}/),
    keywords: ['akid'],
    check: isMixed,
  },
  /** developers.cloudflare.com, “Origin CA keys”: `v1.0-`. */
  {
    id: 'cloudflare-origin-ca-key',
    description: 'Cloudflare Origin CA key',
    severity: 'high',
    remedy: 'https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/',
    pattern: token(/v1\.0-[0-9a-f]{24}-[0-9a-f]{146}/),
    keywords: ['v1.0-'],
  },
  /** developers.cloudflare.com, “Create API token”: 40 characters. */
  {
    id: 'cloudflare-api-token',
    description: 'Cloudflare API token',
    severity: 'critical',
    remedy: 'https://developers.cloudflare.com/fundamentals/api/how-to/roll-token/',
    pattern: assigned({
      name: /(?:cloudflare|cf_api)[\w.-]{0,20}(?:token|key)/,
      value: /[A-Za-z0-9_-]{40}/,
      more: '-',
    }),
    keywords: ['cloudflare', 'cf_api'],
    check: isMixed,
  },
  /** developers.cloudflare.com, “Get API keys”: 37 hexadecimal digits. */
  {
    id: 'cloudflare-global-api-key',
    description: 'Cloudflare global API key',
    severity: 'critical',
    remedy: 'https://developers.cloudflare.com/fundamentals/api/get-started/keys/#change-api-key',
    pattern: assigned({ name: /(?:cloudflare|cf_api|x-auth)[\w.-]{0,20}key/, value: /[0-9a-f]{37}/ }),
    keywords: ['cloudflare', 'cf_api', 'x-auth'],
  },
  /** yandex.cloud/docs, “API key”: `AQVN`. */
  {
    id: 'yandex-api-key',
    description: 'Yandex Cloud API key',
    severity: 'high',
    remedy: 'https://yandex.cloud/en/docs/iam/concepts/authorization/api-key',
    pattern: token(/AQVN[A-Za-z0-9_-]{35,38}/, '-'),
    keywords: ['aqvn'],
  },
  /** yandex.cloud/docs, “IAM token”: `t1.`, payload, signature of 86 characters. */
  {
    id: 'yandex-iam-token',
    description: 'Yandex Cloud IAM token',
    severity: 'medium',
    remedy: 'https://yandex.cloud/en/docs/iam/concepts/authorization/iam-token',
    pattern: token(/t1\.[A-Z0-9a-z_-]{20,300}={0,2}\.[A-Za-z0-9_-]{86}={0,2}/, '=-'),
    keywords: ['t1.'],
  },
  /** techdocs.akamai.com, “Manage personal access tokens”: 64 hexadecimal digits. */
  {
    id: 'linode-token',
    description: 'Linode (Akamai) personal access token',
    severity: 'critical',
    remedy: 'https://techdocs.akamai.com/linode-api/reference/delete-personal-access-token',
    pattern: assigned({ name: /linode[\w.-]{0,20}(?:token|pat)/, value: /[0-9a-f]{64}/ }),
    keywords: ['linode'],
  },
  /** docs.hetzner.com, “Generating an API token”: 64 characters. */
  {
    id: 'hetzner-cloud-token',
    description: 'Hetzner Cloud API token',
    severity: 'critical',
    remedy: 'https://docs.hetzner.com/cloud/api/getting-started/generating-api-token/',
    pattern: assigned({ name: /(?:hcloud|hetzner)[\w.-]{0,20}token/, value: /[A-Za-z0-9]{64}/ }),
    keywords: ['hcloud', 'hetzner'],
  },
  /** cloud.ibm.com/docs, “Managing user API keys”: 44 characters. */
  {
    id: 'ibm-cloud-api-key',
    description: 'IBM Cloud API key',
    severity: 'critical',
    remedy: 'https://cloud.ibm.com/docs/account?topic=account-userapikey',
    pattern: assigned({ name: /(?:ibm|bluemix)[\w.-]{0,20}key/, value: /[A-Za-z0-9_-]{44}/, more: '-' }),
    keywords: ['ibm', 'bluemix'],
    check: isMixed,
  },
] as const satisfies readonly Rule[]
