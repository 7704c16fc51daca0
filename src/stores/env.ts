import * as z from 'zod'
import { ActionError } from '../error.ts'
import { refuseQuery } from './query.ts'
import { store } from './store.ts'

/** The runner's own variables: credentials of the job, this action's inputs, the machine's settings. */
const RESERVED = /^(?:ACTIONS|INPUT|RUNNER)_/i

/** The step's own environment: the key is a variable's name, after the prefix. */
export const env = store({
  settings: z.strictObject({
    prefix: z
      .string()
      .default('')
      .describe('Put before every key: `APP_` makes `env://TOKEN` read APP_TOKEN.'),
  }),
  addressing: 'key',
  open: ({ prefix }, { env, secret, scrub }) => ({
    describe: prefix === '' ? 'the environment' : `the environment, ${prefix}*`,
    read: (at) =>
      new Promise((resolve) => {
        refuseQuery('env', at)
        const name = prefix + at.key
        if (RESERVED.test(name)) throw reserved(scrub(name))
        const value = env[name]
        // What an environment inherits from Object.prototype is no variable.
        resolve(typeof value === 'string' ? { value: secret(value, `env://${scrub(at.key)}`) } : undefined)
      }),
  }),
})

function reserved(name: string): ActionError {
  return new ActionError({
    code: 'STORE_DENIED',
    message: `env: "${name}" belongs to the runner and is not read`,
    hint: 'variables that begin with ACTIONS_, INPUT_ or RUNNER_ are no secrets of yours: pass the value by `env:` under another name',
  })
}
