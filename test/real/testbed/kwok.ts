import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { expectSuccess } from '../../support/grants.ts'
import type { TestServer } from '../../support/server.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { builtComponent } from './cache.ts'
import { freePorts } from './free-ports.ts'
import { openProcessGroup } from './processes.ts'
import { toolPath } from './tools.ts'

const START_LIMIT_MS = 120_000
const NODE = 'kwok-node'

/** Pods that never become ready: those with this label, once their template carries the annotation. */
export interface Failing {
  readonly label: Readonly<Record<string, string>>
  readonly annotation: string
}

interface Stage {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly resourceRef: object
    readonly selector: { readonly matchExpressions: readonly Expression[] }
    readonly next: object
  }
}

interface Expression {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

/** kwok on a running server: a node whose pods run, but for those that are to fail. `more` goes into its configuration. */
export async function startKwok(
  server: TestServer,
  failing: Failing,
  more: readonly object[] = [],
): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'secretferry-kwok-'))
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, server.admin, { mode: 0o600 })
  const stages = join(folder, 'stages.yaml')
  const all = (await readStages()).flatMap((stage) => withFailing(stage, failing))
  writeFileSync(stages, [...all, ...more].map((each) => stringify(each)).join('---\n'))
  const [port = 0] = await freePorts(1)
  const processes = openProcessGroup(folder)
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--config=${stages}`,
    '--manage-all-nodes=true',
    '--node-ip=127.0.0.1',
    `--node-port=${port}`,
    `--server-address=127.0.0.1:${port}`,
    '--node-lease-duration-seconds=40',
  ]
  const ready = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok
  await processes.start({ name: 'kwok', program: await toolPath('kwok'), args, ready }, START_LIMIT_MS)
  await addNode(server)
  return {
    async stop() {
      await processes.stop()
      await removeNode(server)
    },
  }
}

async function readStages(): Promise<readonly Stage[]> {
  const stages = join(await builtComponent('kwok'), 'stages')
  return readdirSync(stages)
    .sort()
    .map((name) => parse(readFileSync(join(stages, name), 'utf8')) as Stage)
}

/** The stage that makes pods ready spares those that fail, for which there is another. */
function withFailing(stage: Stage, { label, annotation }: Failing): readonly Stage[] {
  if (stage.metadata.name !== 'pod-ready') return [stage]
  const [[name, value] = ['', '']] = Object.entries(label)
  const doomed = `select(.metadata.labels[${JSON.stringify(name)}] == ${JSON.stringify(value)}) | .metadata.annotations[${JSON.stringify(annotation)}]`
  const { matchExpressions } = stage.spec.selector
  const when = (operator: string): Stage['spec']['selector'] => ({
    matchExpressions: [...matchExpressions, { key: `. | ${doomed}`, operator }],
  })
  const fresh = [{ key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' }]
  return [
    { ...stage, spec: { ...stage.spec, selector: when('DoesNotExist') } },
    {
      ...stage,
      metadata: { name: 'pod-fails' },
      spec: {
        ...stage.spec,
        selector: {
          matchExpressions: [
            ...fresh,
            { key: '.status.phase', operator: 'NotIn', values: ['Running'] },
            { key: `. | ${doomed}`, operator: 'Exists' },
          ],
        },
        next: { statusTemplate: FAILS },
      },
    },
  ]
}

const FAILS = `
phase: Running
conditions:
- type: Ready
  status: "False"
  reason: ContainersNotReady
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: false
  restartCount: 3
  state:
    waiting:
      reason: CrashLoopBackOff
  lastState:
    terminated:
      reason: Error
      exitCode: 1
{{ end }}
`

/** A node that nobody keeps alive is called ready for most of a minute, and takes no pods for some seconds after that. */
async function removeNode(server: TestServer): Promise<void> {
  const { status } = await server.request('DELETE', `/api/v1/nodes/${NODE}`)
  if (status !== 200 && status !== 404) throw new Error(`the node was not removed: ${status}`)
}

async function addNode(server: TestServer): Promise<void> {
  await removeNode(server)
  const body = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: NODE, labels: { 'kubernetes.io/hostname': NODE } },
    spec: {},
  }
  expectSuccess(await server.request('POST', '/api/v1/nodes', body), 'making a node')
  await waitUntil('the node to be ready', START_LIMIT_MS, async () => {
    const { body: node } = await server.request('GET', `/api/v1/nodes/${NODE}`)
    const { status } = node as { status?: { conditions?: { type: string; status: string }[] } }
    return status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True')
  })
}
