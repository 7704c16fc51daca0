import type https from 'node:https'
import { ActionError } from '../error.ts'
import type { ExecContext } from './exec-plugin.ts'
import type { Auth } from './kubeconfig-user.ts'

/** The log-in of `auth-provider` entries (oidc, azure, gcp), by @kubernetes/client-node, which is loaded only here. */
export async function providerAuthorization(
  { name, config }: Auth & { kind: 'auth-provider' },
  { secret, allowed }: Pick<ExecContext, 'secret' | 'allowed'>,
): Promise<string> {
  const command = config['cmd-path']
  if (command !== undefined && !['gcloud', ...allowed].includes(command))
    throw failed(
      'the kubeconfig’s auth-provider runs a command that is not among the known ones',
      'list it in the `exec-plugins` input',
    )
  const { KubeConfig } = await import('@kubernetes/client-node')
  const kubeconfig = new KubeConfig()
  kubeconfig.loadFromClusterAndUser(
    { name: 'cluster', server: 'https://unused.invalid', skipTLSVerify: false },
    { name: 'user', authProvider: { name, config } },
  )
  const options: https.RequestOptions = {}
  try {
    await kubeconfig.applyToHTTPSOptions(options)
  } catch (cause) {
    throw failed(
      `the kubeconfig’s auth-provider \`${name.replace(/[^\w-]/g, '')}\` could not log in`,
      'log in again where the kubeconfig was made, or use a token',
      cause,
    )
  }
  const header = (options.headers as Record<string, unknown> | undefined)?.['Authorization']
  if (typeof header !== 'string')
    throw failed('the kubeconfig’s auth-provider gave no token', 'is it one of oidc, azure, gcp?')
  secret(header.replace(/^Bearer /, ''), 'the kubeconfig’s token')
  return header
}

function failed(message: string, hint: string, cause?: unknown): ActionError {
  return new ActionError({ code: 'LOGIN_FAILED', message, hint }, { cause })
}
