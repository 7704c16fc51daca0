import { awsProvider, awsSettings } from './aws.ts'
import { checkQuery, fault, remoteRef, remoteStore } from './remote-store.ts'

const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/
export const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}$/

/** AWS Secrets Manager: the key is a secret's name or ARN; `?stage=AWSPREVIOUS` or `?version=UUID` pins a version. */
export const awsSecretsManager = remoteStore({
  settings: awsSettings,
  locate(reference) {
    const { key, query, property } = reference
    const wrong = checkQuery(reference, ['version', 'stage'])
    if (wrong !== undefined) return { ok: false, ...wrong }
    if (!NAME.test(key) && !SECRET_ARN.test(key))
      return fault(
        'a key that is neither the name of a secret nor its ARN',
        'names are letters, digits and `/_+=.@-`',
      )
    const { version, stage } = query
    const pinned = version === undefined ? stage : `uuid/${version}`
    return remoteRef(key, property, pinned)
  },
  provider: (settings) => awsProvider('SecretsManager', settings),
})
