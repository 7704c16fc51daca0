import { dotenv } from './dotenv.ts'
import { env } from './env.ts'
import { file } from './file.ts'
import { github } from './github.ts'
import { kubernetes } from './kubernetes.ts'
import type { StoreKind } from './store.ts'

/** Every kind of store there is. These five need no entry under `stores`. */
export const STORES = { env, dotenv, file, github, kubernetes } as const satisfies Record<string, StoreKind>

export type StoreName = keyof typeof STORES

/** Kinds that the configuration language has and this version has not: refused as not yet available. */
export const LATER_STORES = [
  'aws-secrets-manager',
  'aws-ssm',
  'vault',
  'google-secret-manager',
  'azure-key-vault',
] as const
