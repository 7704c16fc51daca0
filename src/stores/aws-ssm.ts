import { awsProvider, awsSettings } from './aws.ts'
import { checkQuery, fault, remoteRef, remoteStore } from './remote-store.ts'

const NAME = /^\/?[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/
export const PARAMETER_ARN = /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/[A-Za-z0-9_./-]+$/

/** AWS Systems Manager Parameter Store: the key is a parameter's name or ARN; `?version=3` or `?label=live` pins a version. */
export const awsSsm = remoteStore({
  settings: awsSettings,
  locate(reference) {
    const { key, query, property } = reference
    const wrong = checkQuery(reference, ['version', 'label'])
    if (wrong !== undefined) return { ok: false, ...wrong }
    if (!NAME.test(key) && !PARAMETER_ARN.test(key))
      return fault(
        'a key that is neither the name of a parameter nor its ARN',
        'names are letters, digits, `_.-` and `/`: write `store:///a/b` for the parameter /a/b',
      )
    if (query['version'] !== undefined && !/^[1-9]\d{0,8}$/.test(query['version']))
      return fault('a version that is no number', 'versions of parameters are numbers: `?version=3`')
    return remoteRef(key, property, query['version'] ?? query['label'])
  },
  provider: (settings) => awsProvider('ParameterStore', settings),
})
