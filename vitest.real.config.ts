import { defineConfig } from 'vitest/config'

/** On the real components, one server for all files: `node_modules/.bin/vitest run --config vitest.real.config.ts`. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    globalSetup: ['test/support/bundle-action.ts', 'test/real/setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 20 * 60_000,
    teardownTimeout: 60_000,
  },
})
