import * as z from 'zod'
import { text } from '../config/schema/scalars.ts'
import {
  checkQuery,
  external,
  fault,
  remoteRef,
  remoteStore,
  secretKey,
  serviceAccount,
} from './remote-store.ts'

const auth = z.strictObject({
  authType: z.enum(['ServicePrincipal', 'ManagedIdentity', 'WorkloadIdentity']),
  identityId: text().optional(),
  serviceAccountRef: serviceAccount.optional(),
  authSecretRef: z
    .strictObject({
      clientId: secretKey.optional(),
      tenantId: secretKey.optional(),
      clientSecret: secretKey.optional(),
      clientCertificate: secretKey.optional(),
    })
    .optional(),
})

const settings = z.strictObject({
  'vault-url': text()
    .regex(/^https:\/\/[^\s@]+$/, 'an address')
    .optional()
    .describe('The address: `https://example.vault.azure.net`.'),
  tenant: text().optional().describe('The id of the tenant.'),
  external: external(auth),
})

/** Azure Key Vault: the key is a secret's name; `?version=…` pins one of its versions, 32 hexadecimal digits. */
export const azureKeyVault = remoteStore({
  settings,
  locate(reference) {
    const { key, query, property } = reference
    const wrong = checkQuery(reference, ['version'])
    if (wrong !== undefined) return { ok: false, ...wrong }
    if (!/^[0-9A-Za-z-]{1,127}$/.test(key))
      return fault('a key that is no name of a secret', 'names are letters, digits and `-`, no `_`')
    if (query['version'] !== undefined && !/^[0-9a-f]{32}$/.test(query['version']))
      return fault('a version that is none of Key Vault', 'versions are 32 hexadecimal digits')
    return remoteRef(key, property, query['version'])
  },
  provider({ 'vault-url': vaultUrl, tenant, external: operator }) {
    if (vaultUrl === undefined || operator?.auth === undefined)
      return fault(
        'a store of Azure Key Vault can’t be rendered without `vault-url` and `external.auth`',
        'set both, or keep `render: false` where the store exists already',
      )
    const tenantId = tenant === undefined ? {} : { tenantId: tenant }
    return { ok: true, value: { azurekv: { vaultUrl, ...tenantId, ...operator.auth } } }
  },
})
