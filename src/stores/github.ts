import * as z from 'zod'
import { ActionError } from '../error.ts'
import { describeAmbiguity, namesLike } from './github-secrets.ts'
import { refuseQuery } from './query.ts'
import { store, type StoreContext } from './store.ts'
import type { Secret } from '../secret.ts'

/** Names that are never a secret of the user's, wherever they stand. GitHub allows no secret to begin with GITHUB_. */
const NEVER = /^(?:GITHUB|ACTIONS)_/i

/** Names that may be secrets but, in the environment, are the runner's. */
const RUNNERS = /^(?:INPUT|RUNNER)_/i

/**
 * GitHub's secrets by name, without regard to case: those of the `github-secrets` input, then the step's environment,
 * where the workflow has put them one by one.
 */
export const github = store({
  settings: z.strictObject({}),
  addressing: 'key',
  open: (_settings, context) => ({
    describe: context.githubSecrets === undefined ? 'GitHub secrets in the environment' : 'GitHub secrets',
    read: (at) =>
      new Promise((resolve) => {
        refuseQuery('github', at)
        if (NEVER.test(at.key)) throw denied(context.scrub(at.key))
        const value = fromInput(at.key, context) ?? fromEnvironment(at.key, context)
        resolve(value === undefined ? undefined : { value })
      }),
  }),
})

function fromInput(key: string, { githubSecrets, scrub }: StoreContext): Secret | undefined {
  if (githubSecrets === undefined) return undefined
  const name = onlyName(namesLike(githubSecrets.keys(), key), scrub)
  return name === undefined ? undefined : githubSecrets.get(name)
}

function fromEnvironment(key: string, { env, secret, scrub }: StoreContext): Secret | undefined {
  const name = onlyName(namesLike(Object.keys(env), key), scrub)
  if (name === undefined) return undefined
  if (RUNNERS.test(name)) throw denied(scrub(name))
  const value = env[name]
  return value === undefined ? undefined : secret(value, `github://${scrub(key)}`)
}

function onlyName(names: readonly string[], scrub: StoreContext['scrub']): string | undefined {
  if (names.length > 1)
    throw new ActionError({ code: 'VALUE_INVALID', ...describeAmbiguity(names.map(scrub)) })
  return names[0]
}

function denied(name: string): ActionError {
  return new ActionError({
    code: 'STORE_DENIED',
    message: `github: "${name}" belongs to GitHub or its runner and is not read`,
    hint: 'name a secret of your own; one that begins with RUNNER_ or INPUT_ is read from `github-secrets` only',
  })
}
