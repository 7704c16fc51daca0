import { existsSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runAction, type ActionOptions, type ActionRun } from './run-action.ts'

const entry = join(import.meta.dirname, 'stub-action.ts')

function run(
  inputs: Record<string, string>,
  options: Omit<ActionOptions, 'inputs' | 'entry'> = {},
): Promise<ActionRun> {
  return runAction({ ...options, inputs, entry })
}

test('the action sees what the runner gives it, and nothing of this process', async () => {
  process.env.SECRETFERRY_SHOULD_NOT_BE_SEEN = '1'
  const { stdout } = await run(
    { dump: 'yes', 'from-env': 'A=B' },
    { env: { A: 'b', CI: undefined }, event: { name: 'workflow_run' } },
  )
  const seen = JSON.parse(stdout) as { env: Record<string, string>; cwd: string }
  expect(seen.env).toMatchObject({
    'INPUT_FROM-ENV': 'A=B',
    A: 'b',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'workflow_run',
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_WORKSPACE: seen.cwd,
  })
  for (const absent of ['SECRETFERRY_SHOULD_NOT_BE_SEEN', 'SECRETFERRY_TEST_TRACE', 'CI', 'RUNNER_DEBUG']) {
    expect(seen.env).not.toHaveProperty(absent)
  }
})

test.skipIf(process.platform === 'win32')(
  'files are there, also linked ones, and what is written is told',
  async () => {
    const done = await run(
      { read: 'link', write: 'new.txt' },
      {
        files: { 'a/b.txt': 'content' },
        arrange: ({ workspace }) => symlink('a/b.txt', join(workspace, 'link')),
      },
    )
    expect(done.stdout).toBe('content')
    expect(done.file('workspace/new.txt')).toBe('written')
    expect(done.file(join(done.workspace, 'new.txt'))).toBe('written')
    expect(done.file('workspace/none')).toBeUndefined()
    expect(existsSync(done.workspace)).toBe(false)
  },
)

test('outputs, state, environment, path and summary are read', async () => {
  const done = await run({
    log: '::add-mask::hunter22\nhunter22\n::error::no\n',
    output: 'a<<E\n1\n2\nE\nb=hunter22\n',
    state: 's=1\n',
    env: 'e=2\n',
    path: '/p\n',
    summary: 'hunter22',
    stderr: 'aside',
    'exit-code': '3',
  })
  expect(done).toMatchObject({
    exitCode: 3,
    signal: null,
    timedOut: false,
    stderr: 'aside',
    log: '***\n##[error]no',
    masks: ['hunter22'],
    annotations: [{ level: 'error', message: 'no' }],
    outputs: { a: '1\n2', b: 'hunter22' },
    droppedOutputs: ['b'],
    state: { s: '1' },
    environment: { e: '2' },
    addedPath: '/p\n',
    summary: 'hunter22',
    shownSummary: '***',
  })
})

describe('the network', () => {
  test('beyond the loopback is not there', async () => {
    const done = await run({ connect: 'kubernetes.example 443' })
    expect(done.stdout).toBe('ENETUNREACH')
    expect(done.connections).toEqual([{ host: 'kubernetes.example', port: 443 }])
  })

  test('is not there for fetch and node:https either', async () => {
    const done = await run({ fetch: 'https://kubernetes.example:6443/' })
    expect(done.stdout).toBe('ENETUNREACH ENETUNREACH')
    const target = { host: 'kubernetes.example', port: 6443 }
    expect(done.connections).toEqual([target, target])
  })

  test('of the loopback is', async () => {
    const server = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const done = await run({ connect: `127.0.0.1 ${port}` })
    server.close()
    expect(done).toMatchObject({ stdout: '', connections: [{ host: '127.0.0.1', port }] })
  })
})

test('child processes are told with their arguments', async () => {
  const { children } = await run({ spawn: 'an-argument' })
  const child = [expect.stringContaining('node'), '-e', '', 'an-argument']
  expect(children).toEqual([child, child])
})

test('a run that hangs is killed', async () => {
  expect(await run({ hang: 'yes' }, { timeoutMs: 500 })).toMatchObject({
    timedOut: true,
    signal: 'SIGKILL',
    exitCode: null,
  })
})

test.skipIf(process.platform === 'win32')('a run can be signalled', async () => {
  const done = await run(
    { hang: 'yes', log: 'ready' },
    { started: (child) => child.stdout?.once('data', () => child.kill('SIGTERM')) },
  )
  expect(done).toMatchObject({ timedOut: false, signal: 'SIGTERM' })
})
