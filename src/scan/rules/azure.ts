import { assigned } from './assigned.ts'
import type { Rule } from './rule.ts'
import { after, token } from './token.ts'

/** Before keys that may begin with a sign of base64. */
const BEFORE_BASE64 = '(?<![A-Za-z0-9+/_-])'

/** A key of which 33, 42 or 76 characters come before the service’s own four. */
function marked(form: RegExp, more = '+/=_-'): RegExp {
  return new RegExp(`${BEFORE_BASE64}${form.source}${after(more)}`)
}

/** From the first character to the service’s own, and from these to what comes after the key. */
const MARKED_REACH = { before: 77, after: 10 }

/**
 * Keys that Azure makes so that they can be told: four characters that name the service stand at a fixed place
 * (github.com/microsoft/security-utilities lists them).
 */
export const AZURE = [
  {
    id: 'azure-storage-key',
    description: 'Azure Storage account key',
    severity: 'critical',
    remedy:
      'https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage#manually-rotate-access-keys',
    pattern: marked(/[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{5}[AQgw]==/),
    keywords: ['+ast'],
    reach: MARKED_REACH,
  },
  /** learn.microsoft.com, “Configure Azure Storage connection strings”: 64 bytes in base64. */
  {
    id: 'azure-account-key',
    description: 'Azure account key in a connection string',
    severity: 'critical',
    remedy:
      'https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage#manually-rotate-access-keys',
    pattern: /[aA]ccountKey\s{0,4}=\s{0,4}([A-Za-z0-9+/]{86}==)(?!=)/,
    keywords: ['accountkey'],
    check: (key) => key !== EMULATOR,
  },
  {
    id: 'azure-cosmos-key',
    description: 'Azure Cosmos DB key',
    severity: 'critical',
    remedy: 'https://learn.microsoft.com/azure/cosmos-db/how-to-rotate-keys',
    pattern: marked(/[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{5}[AQgw]==/),
    keywords: ['acdb'],
    reach: MARKED_REACH,
  },
  {
    id: 'azure-batch-key',
    description: 'Azure Batch account key',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/azure/batch/account-key-rotation',
    pattern: marked(/[A-Za-z0-9+/]{76}\+ABa[A-Za-z0-9+/]{5}[AQgw]==/),
    keywords: ['+aba'],
    reach: MARKED_REACH,
  },
  {
    id: 'azure-api-management-key',
    description: 'Azure API Management key',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/azure/api-management/api-management-subscriptions',
    pattern: marked(/[A-Za-z0-9+/]{76}APIM[A-Za-z0-9+/]{5}[AQgw]==/),
    keywords: ['apim'],
    reach: MARKED_REACH,
  },
  {
    id: 'azure-messaging-key',
    description: 'Azure Service Bus, Event Hubs, Relay or Event Grid key',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas#regenerating-keys',
    pattern: marked(/[A-Za-z0-9+/]{33}(?:\+ASb|\+AEh|\+ARm|AZEG)[A-P][A-Za-z0-9+/]{5}=/),
    keywords: ['+asb', '+aeh', '+arm', 'azeg'],
    reach: MARKED_REACH,
  },
  {
    id: 'azure-iot-key',
    description: 'Azure IoT key',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/azure/iot-hub/iot-hub-dev-guide-sas',
    pattern: marked(/[A-Za-z0-9+/]{33}AIoT[A-P][A-Za-z0-9+/]{5}=/),
    keywords: ['aiot'],
    reach: MARKED_REACH,
  },
  {
    id: 'azure-redis-key',
    description: 'Azure Cache for Redis key',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure#access-keys',
    pattern: marked(/[A-Za-z0-9+/]{33}AzCa[A-P][A-Za-z0-9+/]{5}=/),
    keywords: ['azca'],
    reach: MARKED_REACH,
  },
  {
    id: 'azure-container-registry-key',
    description: 'Azure Container Registry password',
    severity: 'critical',
    remedy:
      'https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account',
    pattern: marked(/[A-Za-z0-9+/]{42}\+ACR[A-D][A-Za-z0-9+/]{5}/),
    keywords: ['+acr'],
    reach: MARKED_REACH,
  },
  {
    id: 'azure-search-key',
    description: 'Azure AI Search key',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/azure/search/search-security-api-keys#regenerate-admin-keys',
    pattern: marked(/[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}/),
    keywords: ['azse'],
    reach: MARKED_REACH,
  },
  {
    id: 'azure-functions-key',
    description: 'Azure Functions key',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/azure/azure-functions/function-keys-how-to',
    pattern: marked(/[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==/, '=-'),
    keywords: ['azfu'],
    reach: MARKED_REACH,
  },
  /** 84 characters, and two more in the padded form; the same place of the platform’s mark. */
  {
    id: 'azure-common-annotated-key',
    description: 'Azure key: DevOps, OpenAI, AI services and others of the common form',
    severity: 'critical',
    remedy:
      'https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate',
    pattern: token(
      /[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{16}[A-Za-z][A-Za-z0-9]{7}(?:[A-Za-z0-9]{2}==)?/,
      '=',
    ),
    keywords: ['jqqj9'],
  },
  {
    id: 'azure-entra-client-secret',
    description: 'Microsoft Entra application password',
    severity: 'critical',
    remedy: 'https://learn.microsoft.com/entra/identity-platform/how-to-add-credentials',
    pattern: /(?<![A-Za-z0-9~._+/-])[A-Za-z0-9~._-]{3}[78]Q~[A-Za-z0-9~._-]{31,34}(?![A-Za-z0-9~._+/-])/,
    keywords: ['7q~', '8q~'],
  },
  /** learn.microsoft.com, “Service Bus access control with SAS”: 32 bytes in base64. */
  {
    id: 'azure-shared-access-key',
    description: 'Azure shared access key in a connection string',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas#regenerating-keys',
    pattern: /SharedAccessKey\s{0,4}=\s{0,4}([A-Za-z0-9+/]{43}=)(?!=)/,
    keywords: ['sharedaccesskey'],
  },
  /** learn.microsoft.com, “Create a service SAS”: `sig` is a SHA-256 in base64, percent-encoded. */
  {
    id: 'azure-shared-access-signature',
    description: 'Azure shared access signature',
    severity: 'high',
    remedy:
      'https://learn.microsoft.com/azure/storage/common/storage-sas-overview#best-practices-when-using-sas',
    pattern: /[?&;]sig=([A-Za-z0-9%+/]{43,132}=?)(?![A-Za-z0-9%+/=])/,
    keywords: ['sig='],
    check: isSignature,
  },
  /** learn.microsoft.com, “App Configuration: access keys”. */
  {
    id: 'azure-app-configuration-secret',
    description: 'Azure App Configuration connection string',
    severity: 'high',
    remedy:
      'https://learn.microsoft.com/azure/azure-app-configuration/howto-disable-access-key-authentication',
    pattern:
      /\.azconfig\.io;Id=[A-Za-z0-9+/:-]{4,80};Secret=([A-Za-z0-9+/]{43}=|[A-Za-z0-9]{84})(?![A-Za-z0-9_+/=])/,
    keywords: ['.azconfig.io'],
  },
  /** learn.microsoft.com, “Access keys” of Communication Services, SignalR and Web PubSub. */
  {
    id: 'azure-endpoint-access-key',
    description: 'Azure Communication Services, SignalR or Web PubSub connection string',
    severity: 'high',
    remedy: 'https://learn.microsoft.com/azure/azure-signalr/signalr-howto-key-rotation',
    pattern:
      /[eE]ndpoint=https:\/\/[A-Za-z0-9.-]{4,80}\/?;[aA]ccess[kK]ey=([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==|[A-Za-z0-9]{84})(?![A-Za-z0-9_+/=])/,
    keywords: ['accesskey='],
  },
  /** learn.microsoft.com, “Use personal access tokens”: 52 characters of base32 before the common form. */
  {
    id: 'azure-devops-token',
    description: 'Azure DevOps personal access token (legacy)',
    severity: 'critical',
    remedy:
      'https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate',
    pattern: assigned({ name: /(?:azure|ado|vsts|azdo)[\w.-]{0,20}(?:pat|token)/, value: /[a-z2-7]{52}/ }),
    keywords: ['azure', 'ado', 'vsts', 'azdo'],
  },
] as const satisfies readonly Rule[]

function isSignature(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]|%2[bBfF]){43}(?:=|%3[dD])$/.test(text)
}

/** Of the storage emulator, which is published: learn.microsoft.com, “Use the Azurite emulator”. */
const EMULATOR = [
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq',
  'K1SZFPTOtr/KBHBeksoGMGw==',
].join('/')
