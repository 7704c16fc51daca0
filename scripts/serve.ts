/**
 * Serves the embedded API server until it is stopped, for workflows and for trying things out:
 * `node scripts/serve.ts [--background] [--namespace NAME]… KUBECONFIG`.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbedded } from '../test/doubles/kube-apiserver/server.ts'
import { waitUntil } from '../test/support/wait-until.ts'

const START_LIMIT_MS = 30_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    background: { type: 'boolean', default: false },
    namespace: { type: 'string', multiple: true, default: [] },
  },
})
const [kubeconfig, ...rest] = positionals
if (kubeconfig === undefined || rest.length > 0) {
  process.stderr.write('usage: node scripts/serve.ts [--background] [--namespace NAME]… KUBECONFIG\n')
  process.exitCode = 2
} else if (values.background) {
  await serveInBackground(path.resolve(kubeconfig))
} else {
  await serve(path.resolve(kubeconfig))
}

/** Serves as an administrator's `file` tells. The file appears when the server is ready. */
async function serve(file: string): Promise<void> {
  const server = await startEmbedded()
  for (const namespace of values.namespace) await server.namespace(namespace)
  const beside = `${file}.part`
  await writeFile(beside, server.admin, { mode: 0o600 })
  await rename(beside, file)
  process.stdout.write(`serving at ${server.url}; the kubeconfig is ${file}\n`)
}

/** Returns when the server is ready; it lives on in a process of its own. Needs no shell: Windows has no `&`. */
async function serveInBackground(file: string): Promise<void> {
  await rm(file, { force: true })
  const namespaces = values.namespace.flatMap((namespace) => ['--namespace', namespace])
  const child = spawn(process.execPath, [import.meta.filename, ...namespaces, file], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  })
  child.unref()
  await waitUntil('the embedded API server', START_LIMIT_MS, () => Promise.resolve(existsSync(file)))
  process.stdout.write(`serving as process ${String(child.pid)}; the kubeconfig is ${file}\n`)
}
