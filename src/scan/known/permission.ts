import { readFile } from 'node:fs/promises'
import { ActionError } from '../../error.ts'
import { judgeTrust } from '../../trust.ts'

/** Whether values may be searched for, and why not. */
export type Permission = { readonly on: true } | { readonly on: false; readonly why: string }

/**
 * Where anybody may propose a change and see the result, a search for values would tell whether a guess is right: under
 * `pull_request_target` and its like there is none, and who asks for one is refused. Forks have no secrets to search for.
 */
export async function permitKnownValues(
  env: Readonly<Record<string, string | undefined>>,
  asked: boolean,
): Promise<Permission> {
  const payload = async (): Promise<unknown> =>
    JSON.parse(await readFile(env['GITHUB_EVENT_PATH'] ?? '', 'utf8')) as unknown
  const trust = await judgeTrust(env, payload)
  if (trust.kind === 'foreign' && asked)
    throw new ActionError({
      code: 'UNTRUSTED_CHANGE',
      message: `\`github-secrets\` is given under ${trust.event}: the result would tell anybody who opens a pull request whether a guess of a secret is right`,
      hint: 'remove `github-secrets` here, and scan for known values on `push` or on a schedule',
    })
  if (trust.kind === 'foreign')
    return {
      on: false,
      why: `under ${trust.event} the result would tell anybody whether a guess of a secret is right`,
    }
  if (await isForkPull(env, payload))
    return { on: false, why: 'the pull request comes from a fork, which is given no secrets' }
  return { on: true }
}

async function isForkPull(
  env: Readonly<Record<string, string | undefined>>,
  payload: () => Promise<unknown>,
): Promise<boolean> {
  if (env['GITHUB_EVENT_NAME'] !== 'pull_request') return false
  const { repository, pull_request: pull } = record(await payload().catch(() => undefined))
  const head = record(record(record(pull)['head'])['repo'])['id']
  return head === undefined || head !== record(repository)['id']
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
