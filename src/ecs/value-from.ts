import { arnPrefix, awsSettings, type AwsSettings } from '../stores/aws.ts'
import { SECRET_ARN } from '../stores/aws-secrets-manager.ts'
import { PARAMETER_ARN } from '../stores/aws-ssm.ts'
import type { Fault, Parsed, Reference } from '../values/reference.ts'

/** Secrets Manager adds six characters to a name; a name that ends like that is taken for one that has them. */
const LIKE_A_SUFFIX = /-[A-Za-z0-9]{6}$/

/**
 * `valueFrom` of an entry in `secrets` of a container definition: an ARN, with the JSON key and the version behind it
 * where the reference names them. A fault where ECS can't find such a value.
 */
export function valueFrom(
  reference: Reference,
  entry: Readonly<Record<string, unknown>> | undefined,
): Parsed<string> {
  const { kind, ...rest } = entry ?? {}
  const settings = awsSettings.safeParse(rest)
  if (kind === 'aws-secrets-manager' && settings.success) return secretArn(reference, settings.data)
  if (kind === 'aws-ssm' && settings.success) return parameterArn(reference, settings.data)
  return fault(
    'is kept where ECS can’t read it',
    'keep it in AWS Secrets Manager or Parameter Store and name that under `values` of this environment, or take the key out of it by `null`',
  )
}

function secretArn({ key, property, query }: Reference, settings: AwsSettings): Parsed<string> {
  const base = secretBase(key, settings)
  if (!base.ok) return base
  if (property !== undefined && !/^[^:/\s][^:\s]*$/.test(property))
    return fault(
      'a property that ECS can’t pick',
      'ECS picks top-level properties without a colon: store the value under one, or as a secret of its own',
    )
  const picked = [property, query['stage'], query['version']].map((part) => part ?? '')
  return { ok: true, value: picked.join('') === '' ? base.value : [base.value, ...picked].join(':') }
}

/** The ARN of the secret itself. */
function secretBase(key: string, settings: AwsSettings): Parsed<string> {
  if (SECRET_ARN.test(key)) return { ok: true, value: key }
  if (LIKE_A_SUFFIX.test(key))
    return fault(
      'a name that ends like the six characters that AWS adds to names',
      'write the whole ARN as the key of the reference',
    )
  const prefix = arnPrefix('secretsmanager', settings)
  return prefix.ok ? { ok: true, value: `${prefix.value}:secret:${key}` } : prefix
}

function parameterArn({ key, property, query }: Reference, settings: AwsSettings): Parsed<string> {
  if (property !== undefined)
    return fault('a property of a parameter, which ECS does not pick', 'make it a parameter of its own')
  if (Object.keys(query).length > 0)
    return fault(
      'a version of a parameter, which ECS does not take',
      'drop `?…`: a task gets the parameter as it is when it starts; Secrets Manager has versions',
    )
  if (PARAMETER_ARN.test(key)) return { ok: true, value: key }
  const prefix = arnPrefix('ssm', settings)
  return prefix.ok ? { ok: true, value: `${prefix.value}:parameter/${key.replace(/^\//, '')}` } : prefix
}

function fault(message: string, hint: string): { ok: false } & Fault {
  return { ok: false, message, hint }
}
