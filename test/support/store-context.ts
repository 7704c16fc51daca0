import type { StoreContext } from '../../src/stores/store.ts'
import { fakeEffects, type FakeEffects } from './effects.ts'

/** What a store is opened with in a test: fake effects, no `github-secrets`, and no cluster to connect to. */
export function storeContext(overrides: Partial<StoreContext> = {}): StoreContext & FakeEffects {
  return {
    ...fakeEffects(),
    githubSecrets: undefined,
    cluster: () => Promise.reject(new Error('this test has no cluster')),
    ...overrides,
  }
}
