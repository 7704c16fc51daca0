import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { mapConcurrently } from '../../src/concurrency.ts'
import { startKwok } from '../../test/real/testbed/kwok.ts'
import { startReal } from '../../test/real/testbed/start.ts'
import { toolPath } from '../../test/real/testbed/tools.ts'
import { expectSuccess } from '../../test/support/grants.ts'
import type { TestServer } from '../../test/support/server.ts'
import { waitUntil } from '../../test/support/wait-until.ts'
import { markdownTable } from '../markdown-table.ts'
import { runnerEnvironment } from './contestant.ts'
import { measure } from './process.ts'

const NAMESPACE = 'bench-consumers'
const DEPLOYMENTS = 500
const SECRETS = 1_000
const ROUNDS = 7
/** The controllers send twenty requests a second, and each new Deployment takes several. */
const SETTLE_MS = 600_000

/** Seconds that looking for consumers may take above the plain apply, and megabytes at the peak. */
const DISCOVERY_GOAL = 1
const MEMORY_GOAL = 200
/** What restarting and waiting may take, against `kubectl rollout restart` and `kubectl rollout status`. */
const RESTART_GOAL = 1

/** Seconds of the action that changes one Secret, by what it does with its consumers; and of kubectl. */
export interface ConsumersBench {
  readonly plain: Measured
  /** Looks for consumers among all workloads; the one that there is refreshes by itself. */
  readonly discovery: Measured
  /** Restarts one Deployment of two pods and waits. */
  readonly restart: Measured
  readonly kubectl: number
}

interface Measured {
  readonly seconds: number
  readonly megabytes: number
}

/** One Secret changes in a namespace with many others and many Deployments: on the real server, with controllers and kwok. */
export async function benchConsumers({
  entry,
  folder,
  say,
}: {
  entry: string
  folder: string
  say: (text: string) => void
}): Promise<ConsumersBench> {
  const server = await startReal({ controllers: true })
  const kwok = await startKwok(server, { label: { fails: 'never' }, annotation: 'never' })
  try {
    say(`${SECRETS} Secrets and ${DEPLOYMENTS} Deployments`)
    await arrange(server)
    await allSeen(server)
    const run = await actionIn(path.join(folder, 'consumers'), { entry, server })
    const kubectl = await kubectlIn(path.join(folder, 'rollouts'), server)
    const steps = {
      plain: () => run('refreshed', 'none'),
      discovery: () => run('refreshed', 'auto'),
      restart: () => run('restarted', 'auto'),
    }
    for (const step of Object.values(steps)) await step()
    const found = { plain: [] as Measured[], discovery: [] as Measured[], restart: [] as Measured[] }
    const rival: number[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      say(`consumers, round ${round} of ${ROUNDS}`)
      for (const [name, step] of Object.entries(steps)) found[name as keyof typeof steps].push(await step())
      rival.push(await kubectl())
    }
    const middle = (all: readonly Measured[]): Measured => ({
      seconds: median(all.map(({ seconds }) => seconds)),
      megabytes: median(all.map(({ megabytes }) => megabytes)),
    })
    return {
      plain: middle(found.plain),
      discovery: middle(found.discovery),
      restart: middle(found.restart),
      kubectl: median(rival),
    }
  } finally {
    await kwok.stop()
    await server.stop()
  }
}

/** What was measured, the goal, and whether it is held. */
export function describeConsumers({ plain, discovery, restart, kubectl }: ConsumersBench): string {
  const looking = discovery.seconds - plain.seconds
  const restarting = restart.seconds - plain.seconds
  const ratio = restarting / kubectl
  const megabytes = Math.max(discovery.megabytes, restart.megabytes)
  return markdownTable(
    [`One Secret changed among ${SECRETS}, with ${DEPLOYMENTS} Deployments`, 'Measured', 'Goal', 'Held'],
    [
      ['The plain apply', seconds(plain.seconds), '', ''],
      row('Looking for consumers, above it', seconds(looking), [
        `≤ ${seconds(DISCOVERY_GOAL)}`,
        looking <= DISCOVERY_GOAL,
      ]),
      row('Peak memory', `${megabytes.toFixed(0)} MB`, [`≤ ${MEMORY_GOAL} MB`, megabytes <= MEMORY_GOAL]),
      ['Restart and wait, above it', seconds(restarting), '', ''],
      ['`kubectl rollout restart` and `status`', seconds(kubectl), '', ''],
      row('Ratio', ratio.toFixed(2), [`≤ ${RESTART_GOAL.toFixed(1)}`, ratio <= RESTART_GOAL]),
    ],
  )
}

function row(what: string, measured: string, [goal, holds]: [string, boolean]): string[] {
  return [what, measured, goal, holds ? 'yes' : '**no**']
}

async function arrange(server: TestServer): Promise<void> {
  await server.namespace(NAMESPACE)
  const make = async (where: string, body: object): Promise<void> =>
    expectSuccess(await server.request('POST', where, body), 'arranging the bench')
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, nth) => nth)
  await mapConcurrently(numbers(SECRETS - 2), 16, (nth) =>
    make(`/api/v1/namespaces/${NAMESPACE}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `other-${nth}` },
      data: { A: Buffer.from(`value ${nth}`).toString('base64') },
    }),
  )
  const deployments = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`
  await mapConcurrently(numbers(DEPLOYMENTS - 2), 16, (nth) =>
    make(deployments, deployment(`other-${nth}`, 0, { env: [variable(`other-${nth}`)] })),
  )
  await make(deployments, deployment('restarted', 2, { env: [variable('restarted')] }))
  await make(
    deployments,
    deployment('refreshed', 0, { volumeMounts: [{ name: 'v', mountPath: '/v' }] }, [
      { name: 'v', secret: { secretName: 'refreshed', optional: true } },
    ]),
  )
}

/** Until every Deployment was seen: what the controllers still have to do is not what is measured. */
async function allSeen(server: TestServer): Promise<void> {
  await waitUntil('the controllers to have seen every Deployment', SETTLE_MS, async () => {
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`
    const { items } = (
      (await server.request('GET', path)) as { body: { items: readonly Partial<Resting>[] } }
    ).body
    return items.every(({ status }) => status?.['observedGeneration'] !== undefined)
  })
}

function variable(name: string): object {
  return { name: 'A', valueFrom: { secretKeyRef: { name, key: 'A', optional: true } } }
}

function deployment(
  name: string,
  replicas: number,
  container: object,
  volumes: readonly object[] = [],
): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'example.com/main:1', ...container }], volumes },
      },
    },
  }
}

/** A run that changes the Secret `name`; waits first until the Deployment that reads it is at rest. */
async function actionIn(
  folder: string,
  { entry, server }: { entry: string; server: TestServer },
): Promise<(name: string, restart: string) => Promise<Measured>> {
  const workspace = path.join(folder, 'workspace')
  await mkdir(workspace, { recursive: true })
  let edition = 0
  return async (name, restart) => {
    await settled(server)
    const env = {
      ...(await runnerEnvironment(folder, workspace)),
      INPUT_KUBECONFIG: server.admin,
      INPUT_NAMESPACE: NAMESPACE,
      INPUT_SET: `bench/${name}`,
      INPUT_NAME: name,
      'INPUT_FROM-ENV': 'A=VALUE',
      INPUT_RESTART: restart,
      VALUE: `a value of edition ${++edition}`,
    }
    const command = { program: process.execPath, args: [entry], cwd: workspace, env }
    const { exitCode, seconds, megabytes = 0, stdout } = await measure(command)
    if (exitCode !== 0)
      throw new Error(`the action failed:\n${stdout.replace(/^::add-mask::.*\n/gm, '').slice(-2000)}`)
    return { seconds, megabytes }
  }
}

async function kubectlIn(folder: string, server: TestServer): Promise<() => Promise<number>> {
  await mkdir(folder, { recursive: true })
  const config = path.join(folder, 'kubeconfig')
  await writeFile(config, server.admin, { mode: 0o600 })
  const program = await toolPath('kubectl')
  const env = { PATH: '/usr/bin:/bin', HOME: folder, KUBECONFIG: config }
  const rollout = async (verb: string): Promise<number> => {
    const args = ['--namespace', NAMESPACE, 'rollout', verb, 'deployment/restarted']
    const { exitCode, seconds, stderr } = await measure({ program, args, cwd: folder, env })
    if (exitCode !== 0) throw new Error(`kubectl failed: ${stderr}`)
    return seconds
  }
  return async () => {
    await settled(server)
    return (await rollout('restart')) + (await rollout('status'))
  }
}

interface Resting {
  readonly metadata: { readonly generation: number }
  readonly status: Readonly<Record<string, number>>
}

async function settled(server: TestServer): Promise<void> {
  await waitUntil('the Deployment to be at rest', SETTLE_MS, async () => {
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/restarted`
    const { metadata, status } = ((await server.request('GET', path)) as { body: Resting }).body
    return (
      status['observedGeneration'] === metadata.generation &&
      status['replicas'] === 2 &&
      status['availableReplicas'] === 2
    )
  })
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function seconds(number: number): string {
  return `${number.toFixed(2)} s`
}
