import * as z from 'zod'
import { NAMED_WORKLOAD, parseNamedWorkload, type NamedWorkload } from '../../kubernetes/consumers/policy.ts'
import { externalSecret, push } from './external-secret.ts'
import { takeOver } from './run.ts'
import { scope } from './render.ts'
import { bool, integer, template, words } from './scalars.ts'
import { verify } from './verify.ts'

/** `kind/name` of something that can be restarted. */
const workload = z.string().transform((text, context): NamedWorkload => {
  const named = parseNamedWorkload(text)
  if (named !== undefined) return named
  context.addIssue({ code: 'custom', message: `write ${NAMED_WORKLOAD}` })
  return z.NEVER
})

const registry = z.strictObject({
  username: template(),
  password: template(),
  email: template().optional(),
})

export const secretSchema = z.strictObject({
  type: z
    .string()
    .optional()
    .describe(
      '`opaque` (default), `tls`, `registry`, `basic-auth`, `ssh-auth`, or a Kubernetes type in full.',
    ),
  name: z.string().optional().describe('The name in Kubernetes. Default: the key of this entry.'),
  namespace: z.string().optional().describe('Default: the environment’s, then the kubeconfig context’s.'),
  namespaces: z.array(z.string()).min(1).optional().describe('Several namespaces for the same Secret.'),
  data: z.record(z.string(), template()).optional().describe('Keys and their templates.'),
  cert: template().optional().describe('`type: tls`: the certificate chain, PEM, leaf first.'),
  key: template().optional().describe('`type: tls`: the private key, PEM.'),
  username: template().optional().describe('`type: basic-auth`'),
  password: template().optional().describe('`type: basic-auth`'),
  'private-key': template().optional().describe('`type: ssh-auth`: the private key.'),
  registries: z
    .record(z.string(), registry)
    .optional()
    .describe(
      '`type: registry`: log-ins by host, merged into one `.dockerconfigjson`; one whose optional values are absent is left out.',
    ),
  labels: words.optional(),
  annotations: words.optional(),
  immutable: bool.optional().describe('Set once all else has succeeded; can never be unset. Default: false.'),
  'name-suffix': z
    .literal('random')
    .optional()
    .describe(
      'Each change of its values makes a Secret of a new name (its name, a hyphen and eight random letters), to which the workloads are pointed that use it.',
    ),
  'keep-old': integer(0, 100)
    .optional()
    .describe('`name-suffix`: so many former generations stay once the rollouts are complete. Default: 1.'),
  scope: scope
    .optional()
    .describe('`deliver: sealed-secret`: where it can be unsealed. Default: `seal.scope`.'),
  'allow-empty': bool.optional().describe('Empty values under `data` are accepted. Default: false.'),
  push: push.optional(),
  'external-secret': externalSecret.optional(),
  verify: verify
    .optional()
    .describe('What is checked when this Secret has changed; the fields are those of the file’s `verify`.'),
  ...takeOver,
  restart: z
    .union([z.enum(['auto', 'none']), z.array(workload).min(1)])
    .optional()
    .describe(
      'Which workloads are restarted when the Secret changes: `auto` (those whose pods keep what they had at their start), `none`, or a list of `kind/name` in its namespace. Default: the `restart` input.',
    ),
})

export type SecretDeclaration = z.output<typeof secretSchema>
