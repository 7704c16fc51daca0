import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { measure, type Command, type Measured } from './process.ts'
import { writeList, writeWorkspace, type Workload } from './workload.ts'

/** Somebody who brings Secrets to a server: one or more processes, one after the other. */
export interface Contestant {
  readonly name: 'secretferry' | 'kubectl'
  /** Writes the files that the processes read, which is not measured. */
  prepare(workload: Workload): Promise<void>
  /** Brings what was prepared to the server. Throws where it fails. */
  run(kubeconfig: string, options?: { readonly countRequests: boolean }): Promise<Effort>
}

/** What a run took: the seconds of all its processes, the peak of the largest. */
export interface Effort {
  readonly seconds: number
  readonly megabytes: number
  /** As the program itself lists them; 0 where they are not counted. */
  readonly requests: number
}

/** The action in `entry`, started as the runner starts it. */
export async function secretferry(entry: string, folder: string): Promise<Contestant> {
  await mkdir(folder, { recursive: true })
  let namespace = ''
  const workspace = path.join(folder, 'workspace')
  return {
    name: 'secretferry',
    async prepare(workload) {
      ;({ namespace } = workload)
      await rm(workspace, { recursive: true, force: true })
      await writeWorkspace(workspace, workload)
    },
    async run(kubeconfig, { countRequests } = { countRequests: false }) {
      const env: Record<string, string> = {
        ...(await runnerEnvironment(folder, workspace)),
        INPUT_KUBECONFIG: kubeconfig,
        INPUT_NAMESPACE: namespace,
        ...(countRequests ? { RUNNER_DEBUG: '1' } : {}),
      }
      const command = { program: process.execPath, args: [entry], cwd: workspace, env }
      return join([await succeed(command)], /^::debug::(?:GET|POST|PUT|PATCH|DELETE) /gm)
    },
  }
}

/** The environment of a step on a runner. The files that it names are new. */
export async function runnerEnvironment(folder: string, workspace: string): Promise<Record<string, string>> {
  const temp = path.join(folder, 'runner-temp')
  await rm(temp, { recursive: true, force: true })
  await mkdir(temp)
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary' }
  for (const name of Object.values(files)) await writeFile(path.join(folder, name), '')
  const event = path.join(folder, 'event.json')
  await writeFile(event, JSON.stringify({ ref: 'refs/heads/main', repository: { fork: false } }))
  return {
    ...Object.fromEntries(Object.entries(files).map(([name, file]) => [name, path.join(folder, file)])),
    PATH: '/usr/bin:/bin',
    HOME: folder,
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_RUN_ID: '1658821493',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temp,
  }
}

/** A dry run on the server, then the apply. Its cache of what the server can do is warm from the second run on. */
export async function kubectl(program: string, folder: string): Promise<Contestant> {
  await mkdir(folder, { recursive: true })
  const list = path.join(folder, 'list.json')
  const config = path.join(folder, 'kubeconfig')
  return {
    name: 'kubectl',
    prepare: (workload) => writeList(list, workload),
    async run(kubeconfig, { countRequests } = { countRequests: false }) {
      await writeFile(config, kubeconfig, { mode: 0o600 })
      const env = { PATH: '/usr/bin:/bin', HOME: folder, KUBECONFIG: config }
      const verbose = countRequests ? ['-v=6'] : []
      const pass = (...more: string[]): Promise<Measured> =>
        succeed({
          program,
          args: ['apply', '--server-side', ...more, '-f', list, ...verbose],
          cwd: folder,
          env,
        })
      return join([await pass('--dry-run=server'), await pass()], /verb="(?:GET|POST|PUT|PATCH|DELETE)"/g)
    },
  }
}

async function succeed(command: Command): Promise<Measured> {
  const measured = await measure(command)
  if (measured.exitCode === 0) return measured
  const said = `${measured.stdout}${measured.stderr}`.replace(/^::add-mask::.*\n/gm, '').slice(-2000)
  throw new Error(`${command.program} ended with ${String(measured.exitCode)}:\n${said}`)
}

function join(processes: readonly Measured[], request: RegExp): Effort {
  return {
    seconds: processes.reduce((sum, { seconds }) => sum + seconds, 0),
    megabytes: Math.max(...processes.map(({ megabytes = 0 }) => megabytes)),
    requests: processes.flatMap(({ stdout, stderr }) => `${stdout}${stderr}`.match(request) ?? []).length,
  }
}
