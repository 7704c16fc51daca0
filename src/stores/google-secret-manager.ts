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
  secretRef: z.strictObject({ secretAccessKeySecretRef: secretKey }).optional(),
  workloadIdentity: z
    .strictObject({
      serviceAccountRef: serviceAccount,
      clusterLocation: text().optional(),
      clusterName: text().optional(),
      clusterProjectID: text().optional(),
    })
    .optional(),
})

const settings = z.strictObject({
  project: text().optional().describe('The id of the project.'),
  location: text().optional().describe('The region of regional secrets.'),
  external: external(auth),
})

/** Google Secret Manager: the key is a secret's name; `?version=3` pins a version. */
export const googleSecretManager = remoteStore({
  settings,
  locate(reference) {
    const { key, query, property } = reference
    const wrong = checkQuery(reference, ['version'])
    if (wrong !== undefined) return { ok: false, ...wrong }
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(key))
      return fault('a key that is no name of a secret', 'names are letters, digits, `_` and `-`')
    if (query['version'] !== undefined && !/^(?:latest|[1-9]\d{0,8})$/.test(query['version']))
      return fault('a version that is no number', 'versions are numbers: `?version=3`')
    return remoteRef(key, property, query['version'])
  },
  provider({ project, location, external: operator }) {
    if (project === undefined)
      return fault('a store of Google Secret Manager without `project`', 'set the store’s `project`')
    const located = location === undefined ? {} : { location }
    const login = operator?.auth === undefined ? {} : { auth: operator.auth }
    return { ok: true, value: { gcpsm: { projectID: project, ...located, ...login } } }
  },
})
