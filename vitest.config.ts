import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

const FUZZ = 'test/fuzz/**/*.test.ts'

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Modules are loaded once a worker, not once a file: no test leaves anything behind in them.
    isolate: false,
    projects: [
      {
        extends: true,
        // First and alone: it holds inputs to a limit of processor time, which whatever else runs would lengthen.
        test: { name: 'fuzz', include: [FUZZ], maxWorkers: 1, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'hermetic',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/real/**', FUZZ],
          globalSetup: ['test/support/bundle-action.ts'],
          // Most of the time is spent in processes that the tests start and wait for, and some of it in waiting alone.
          maxWorkers: availableParallelism() + 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
