import * as z from 'zod'
import { integer, text } from '../config/schema/scalars.ts'
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
  namespace: text().optional(),
  tokenSecretRef: secretKey.optional(),
  appRole: z
    .strictObject({
      path: text(),
      roleId: text().optional(),
      roleRef: secretKey.optional(),
      secretRef: secretKey,
    })
    .optional(),
  kubernetes: z
    .strictObject({
      mountPath: text(),
      role: text(),
      serviceAccountRef: serviceAccount.optional(),
      secretRef: secretKey.optional(),
    })
    .optional(),
  jwt: z
    .strictObject({
      path: text(),
      role: text().optional(),
      secretRef: secretKey.optional(),
      kubernetesServiceAccountToken: z
        .strictObject({
          serviceAccountRef: serviceAccount,
          audiences: z.array(text()).optional(),
          expirationSeconds: integer(1, 999_999_999).optional(),
        })
        .optional(),
    })
    .optional(),
  ldap: z.strictObject({ path: text(), username: text(), secretRef: secretKey }).optional(),
  userPass: z.strictObject({ path: text(), username: text(), secretRef: secretKey }).optional(),
  cert: z.strictObject({ clientCert: secretKey, secretRef: secretKey }).optional(),
})

const settings = z.strictObject({
  address: text()
    .regex(/^https?:\/\/[^\s@]+$/, 'an address')
    .optional()
    .describe('The address: `https://vault.example.com`.'),
  mount: text().optional().describe('Where the KV engine is mounted. Default: secret.'),
  version: z.enum(['v1', 'v2']).optional().describe('The version of the KV engine. Default: v2.'),
  namespace: text().optional().describe('The namespace, in Vault Enterprise.'),
  external: external(auth),
})

/** HashiCorp Vault, KV v1 and v2: the key is the path below the mount, without `data/`; `?version=3` pins a version. */
export const vault = remoteStore({
  settings,
  locate(reference, { version = 'v2' }) {
    const { key, query, property } = reference
    const wrong = checkQuery(reference, version === 'v1' ? [] : ['version'])
    if (wrong !== undefined) return { ok: false, ...wrong }
    if (key.split('/').some((step) => step === '' || step === '.' || step === '..'))
      return fault('a key that is no path below the mount', 'write vault://team/app#name')
    if (property === undefined)
      return fault(
        'a reference that names no property of a secret of Vault',
        'a secret there is a mapping: name the one that is meant after `#`',
      )
    if (query['version'] !== undefined && !/^[1-9]\d{0,8}$/.test(query['version']))
      return fault('a version that is no number', 'versions in Vault are numbers: `?version=3`')
    return remoteRef(key, property, query['version'])
  },
  provider({ address, mount = 'secret', version = 'v2', namespace, external: operator }) {
    if (address === undefined || operator?.auth === undefined)
      return fault(
        'a store of Vault can’t be rendered without `address` and `external.auth`',
        'set both, or keep `render: false` where the store exists already',
      )
    const named = namespace === undefined ? {} : { namespace }
    return {
      ok: true,
      value: { vault: { server: address, path: mount, version, ...named, auth: operator.auth } },
    }
  },
})
