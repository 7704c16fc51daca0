import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestServer } from '../../support/server.ts'
import { builtComponent } from './cache.ts'
import { freePorts } from './free-ports.ts'
import { teachKinds } from './kinds.ts'
import { openProcessGroup } from './processes.ts'
import { toolPath } from './tools.ts'

const START_LIMIT_MS = 120_000

/** The versions of the operator's objects that a server can be taught. */
export type CrdVersion = 'v0.20.4' | 'v1.3.2'

export interface Operator {
  /** Ends the operator and the store beside it. */
  stop(): Promise<void>
}

/** External Secrets on a running server, whose objects it is taught first; its AWS is moto at `aws`, where that is given. */
export async function startOperator(server: TestServer, aws?: string): Promise<Operator> {
  await teachOperator(server, 'v0.20.4')
  const folder = mkdtempSync(join(tmpdir(), 'secretferry-operator-'))
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, server.admin, { mode: 0o600 })
  const [live = 0] = await freePorts(1)
  const processes = openProcessGroup(folder)
  const endpoints =
    aws === undefined
      ? {}
      : { AWS_SECRETSMANAGER_ENDPOINT: aws, AWS_SSM_ENDPOINT: aws, AWS_STS_ENDPOINT: aws }
  await processes.start(
    {
      name: 'external-secrets',
      program: await toolPath('external-secrets'),
      args: ['--metrics-addr=127.0.0.1:0', `--live-addr=127.0.0.1:${live}`, '--enable-leader-election=false'],
      env: { KUBECONFIG: kubeconfig, ...endpoints },
      ready: async () => (await fetch(`http://127.0.0.1:${live}/healthz`)).ok,
    },
    START_LIMIT_MS,
  )
  return { stop: () => processes.stop() }
}

/** AWS Secrets Manager and Parameter Store on loopback: moto, and its address. */
export async function startMoto(): Promise<Operator & { readonly url: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'secretferry-moto-'))
  const [port = 0] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const processes = openProcessGroup(folder)
  // Its own script names the Python of the place where it was built, which is not where it is now.
  const program = join(await builtComponent('moto'), 'bin', 'python3')
  const ready = async () => (await fetch(`${url}/moto-api/data.json`)).ok
  await processes.start(
    { name: 'moto', program, args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], ready },
    START_LIMIT_MS,
  )
  return { url, stop: () => processes.stop() }
}

/** Puts the operator's CRDs on the server, in place of those of another version, and waits until all are served. */
export async function teachOperator(server: TestServer, version: CrdVersion): Promise<void> {
  await teachKinds(server, join(await builtComponent('external-secrets'), 'crds', `${version}.yaml`))
}
