import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startReal } from './start.ts'
import { buildAll, toolPath } from './tools.ts'

const USAGE = `usage: node test/real/testbed/cli.ts COMMAND
  build                  builds whatever is not in the cache yet
  start [--controllers]  starts a server, prints its kubeconfig's path and waits for Ctrl-C or SIGTERM
`

const [command, ...flags] = process.argv.slice(2)
if (command === 'build' && flags.length === 0) {
  process.stdout.write(`${await buildAll()}\n`)
} else if (command === 'start' && flags.every((flag) => flag === '--controllers')) {
  await startAndWait(flags.length > 0)
} else {
  process.stderr.write(USAGE)
  process.exitCode = 2
}

async function startAndWait(controllers: boolean): Promise<void> {
  const server = await startReal({ controllers })
  const kubeconfig = join(server.folder, 'admin.kubeconfig')
  writeFileSync(kubeconfig, server.admin, { mode: 0o600 })
  process.stdout.write(`KUBECONFIG=${kubeconfig}\nKUBECTL=${await toolPath('kubectl')}\n`)
  await signal()
  await server.stop()
}

/** Resolves on SIGINT or SIGTERM, and keeps the process going until then. */
function signal(): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => undefined, 60_000)
    const finish = () => {
      clearInterval(idle)
      resolve()
    }
    process.once('SIGINT', finish)
    process.once('SIGTERM', finish)
  })
}
