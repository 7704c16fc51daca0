import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/real/**', 'node_modules/**'],
    globalSetup: ['test/support/bundle-action.ts'],
    // Modules are loaded once a worker, not once a file: no test leaves anything behind in them.
    isolate: false,
    // Most of the time is spent in processes that the tests start and wait for, and some of it in waiting alone.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
