import type { Place, Problem } from '../error.ts'

/** The problem of a namespace that nothing can be created in; `at` is where a Secret of it is declared. */
export function missingNamespace(
  namespace: string,
  phase: 'missing' | 'Terminating',
  at: Place = {},
): Problem {
  return phase === 'missing'
    ? {
        code: 'NAMESPACE_MISSING',
        message: `the namespace ${namespace} does not exist`,
        hint: `create it: kubectl create namespace ${namespace}; or set \`create-namespace: true\``,
        at,
      }
    : {
        code: 'NAMESPACE_TERMINATING',
        message: `the namespace ${namespace} is being deleted`,
        hint: 'wait until it is gone, then run again',
        at,
      }
}
