import { expect, test } from 'vitest'
import type { ChannelListener, Channels } from './channels.ts'
import { createExec, type End } from './exec.ts'

const silent: Channels = {
  protocol: 'v5.channel.k8s.io',
  send: () => undefined,
  end: () => true,
  close: () => undefined,
}

/** How a command ends whose last channel says this, in two pieces. */
async function endOf(status: object): Promise<End> {
  const exec = createExec((_request, listener: ChannelListener) => {
    const bytes = Buffer.from(JSON.stringify(status))
    setImmediate(() => {
      listener.message(3, bytes.subarray(0, 10))
      listener.message(3, bytes.subarray(10))
      listener.closed(true)
    })
    return Promise.resolve(silent)
  })
  const signal = new AbortController().signal
  const ref = { namespace: 'a', pod: 'p', container: 'c' }
  return (await exec(ref, { command: ['x'], stdin: undefined, signal })).end
}

test.each<[object, End]>([
  [{ status: 'Success' }, { kind: 'exited', code: 0 }],
  [
    {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '137' }] },
    },
    { kind: 'exited', code: 137 },
  ],
  [
    {
      status: 'Failure',
      reason: 'InternalError',
      message: 'error executing command in container: cmd wait: sh: exit status 3',
    },
    { kind: 'exited', code: 3 },
  ],
  [
    {
      status: 'Failure',
      reason: 'InternalError',
      message: 'exec: "x": executable file not found in $PATH: unknown',
    },
    { kind: 'not-started', noProgram: true },
  ],
  [
    { status: 'Failure', reason: 'InternalError', message: 'exit status 3 of something' },
    { kind: 'not-started', noProgram: false },
  ],
  [
    {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: 'x' }] },
    },
    { kind: 'not-started', noProgram: false },
  ],
])('%o ends %o', async (status, end) => {
  expect(await endOf(status)).toEqual(end)
})
