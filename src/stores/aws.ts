import * as z from 'zod'
import { text } from '../config/schema/scalars.ts'
import type { Parsed } from '../values/reference.ts'
import { external, fault, secretKey, serviceAccount } from './remote-store.ts'

const auth = z.strictObject({
  jwt: z.strictObject({ serviceAccountRef: serviceAccount }).optional(),
  secretRef: z
    .strictObject({
      accessKeyIDSecretRef: secretKey,
      secretAccessKeySecretRef: secretKey,
      sessionTokenSecretRef: secretKey.optional(),
    })
    .optional(),
})

/** What both stores of AWS are set up by. */
export const awsSettings = z.strictObject({
  region: text()
    .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region')
    .optional()
    .describe('The region: `eu-central-1`.'),
  account: text()
    .regex(/^\d{12}$/, 'twelve digits')
    .optional()
    .describe('The account’s twelve digits, for ARNs (`deliver: ecs`).'),
  role: text().optional().describe('The ARN of a role that the operator assumes.'),
  external: external(auth),
})

export type AwsSettings = z.output<typeof awsSettings>

/** `spec.provider` of a store of AWS. Without `auth` the operator uses its own pod's identity. */
export function awsProvider(
  service: 'SecretsManager' | 'ParameterStore',
  { region, role, external: operator }: AwsSettings,
): Parsed<Readonly<Record<string, unknown>>> {
  if (region === undefined) return fault('a store of AWS without `region`', 'set the store’s `region`')
  const given = { service, region, role, auth: operator?.auth }
  const aws = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { ok: true, value: { aws } }
}

/** The beginning of the ARNs of a service, up to the account; a fault where the settings do not suffice. */
export function arnPrefix(service: string, { region, account }: AwsSettings): Parsed<string> {
  if (region === undefined || account === undefined)
    return fault(
      'an ARN can’t be made: the store has no `region` or no `account`',
      'set both in the store’s entry, or write the whole ARN as the key',
    )
  return { ok: true, value: `arn:${partition(region)}:${service}:${region}:${account}` }
}

function partition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return 'aws'
}
