import type { Deadline } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import type { Secret } from '../secret.ts'
import { createCluster } from './api.ts'
import type { Cluster } from './cluster.ts'
import { findLogin, maskCredentials, type LoginOptions } from './find-login.ts'
import { createHttp } from './http.ts'
import { credentialsOf } from './kubeconfig.ts'
import { createSession } from './session.ts'
import { createUpgrade } from './streams/upgrade.ts'

export interface ConnectOptions extends Omit<LoginOptions, 'kubeconfig'> {
  readonly kubeconfig: Secret | undefined
  readonly execPlugins: readonly string[]
  readonly deadline: Deadline
}

/** Finds the kubeconfig, masks what is secret in it, and answers the Cluster. No request is sent yet. */
export async function connect(options: ConnectOptions, effects: Effects): Promise<Cluster> {
  const login = await findLogin({ ...options, kubeconfig: options.kubeconfig?.reveal() }, effects)
  maskCredentials(credentialsOf(login), effects)
  if (login.cluster.skipTlsVerify)
    effects.log.warning(
      'the kubeconfig sets insecure-skip-tls-verify: anybody on the way can read the Secrets',
    )
  const { deadline, execPlugins: allowed, workspace } = options
  const session = createSession(login, { ...effects, allowed, workspace, deadline })
  const http = createHttp(session, { deadline, effects })
  const upgrade = createUpgrade(session, { ...effects, deadline })
  return createCluster(login, { http, upgrade, ...effects })
}
