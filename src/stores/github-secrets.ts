import type { Effects } from '../effects.ts'
import { ActionError, throwIfAny, type Problem } from '../error.ts'
import type { Secret } from '../secret.ts'

const AT = { label: 'input "github-secrets"' }
const HINT = 'write github-secrets: ${{ toJSON(secrets) }}'
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** What `toJSON(secrets)` holds and is no secret of the user's: the job's own token, switches of the runner. */
const IGNORED = /^(?:github_token$|actions_)/i

/**
 * The `github-secrets` input: names as GitHub gave them. Every value is masked first, then github_token and ACTIONS_* are
 * left out. Throws, without quoting, where it is no JSON object of strings or two names differ in case only.
 */
export function parseGithubSecrets(json: string, secret: Effects['secret']): Map<string, Secret> {
  const entries = Object.entries(parseObject(json))
  const secrets = new Map<string, Secret>()
  for (const [name, value] of entries)
    if (typeof value === 'string')
      secrets.set(name, secret(value, `github://${NAME.test(name) ? name : '?'}`))
  if (secrets.size < entries.length) throw invalid('a value is not a string')
  if (!entries.every(([name]) => NAME.test(name))) throw invalid('a name is not one that GitHub allows')
  for (const name of [...secrets.keys()]) if (IGNORED.test(name)) secrets.delete(name)
  throwIfAny(ambiguities([...secrets.keys()]))
  return secrets
}

/** The names that are `name` as GitHub compares them: without regard to case. */
export function namesLike(names: Iterable<string>, name: string): readonly string[] {
  const wanted = name.toUpperCase()
  return [...names].filter((each) => each.toUpperCase() === wanted)
}

/** What is wrong with several names where GitHub has one. */
export function describeAmbiguity(names: readonly string[]): Pick<Problem, 'message' | 'hint'> {
  return {
    message: `github: ${names.map((name) => `"${name}"`).join(' and ')} differ in case only`,
    hint: 'the names of GitHub’s secrets have no case: keep one of them',
  }
}

function parseObject(json: string): object {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    // The parser's own message quotes what it read, so it is no cause either.
    throw invalid('not JSON')
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed
  throw invalid('not a JSON object')
}

function ambiguities(names: readonly string[]): Problem[] {
  const alike = Map.groupBy(names, (name) => name.toUpperCase())
  return [...alike.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({ code: 'INPUT_INVALID', ...describeAmbiguity(group), at: AT }))
}

function invalid(what: string): ActionError {
  return new ActionError({ code: 'INPUT_INVALID', message: `github-secrets: ${what}`, hint: HINT, at: AT })
}
