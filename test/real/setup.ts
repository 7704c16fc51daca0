import type { TestProject } from 'vitest/node'
import type { RealConnection } from './connect.ts'
import { startReal } from './testbed/start.ts'

declare module 'vitest' {
  interface ProvidedContext {
    real: RealConnection
  }
}

/** Starts the one real server that all files share, with its controllers, and hands them the way to it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startReal({ controllers: true })
  const { url, ca, caKey, admin, token, tokenKubeconfig, folder } = server
  project.provide('real', { url, ca, caKey, admin, token, tokenKubeconfig, folder })
  return () => server.stop()
}
