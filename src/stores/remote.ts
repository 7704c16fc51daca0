import { awsSecretsManager } from './aws-secrets-manager.ts'
import { awsSsm } from './aws-ssm.ts'
import { azureKeyVault } from './azure-key-vault.ts'
import { googleSecretManager } from './google-secret-manager.ts'
import type { RemoteKind } from './remote-store.ts'
import { vault } from './vault.ts'

/** Kinds of stores that are rendered for an operator, or for ECS, and not read from in this version. */
export const REMOTE_STORES = {
  'aws-secrets-manager': awsSecretsManager,
  'aws-ssm': awsSsm,
  vault,
  'google-secret-manager': googleSecretManager,
  'azure-key-vault': azureKeyVault,
} as const satisfies Record<string, RemoteKind>
