import * as z from 'zod'

/** Of which commit a run was, and which run: by these, an older one is told from a newer. */
export const originSchema = z.object({
  repository: z
    .string()
    .max(200)
    .regex(/^[\w.-]+\/[\w.-]+$/)
    .optional(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .optional(),
  /** GitHub's number of the run, which grows from run to run; a run that is made again keeps it. */
  run: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
})

export type Origin = z.output<typeof originSchema>

/** The origin of this run, as the runner tells; what is not of the form is left out. */
export function readOrigin(env: Readonly<Record<string, string | undefined>>): Origin {
  const { GITHUB_REPOSITORY: repository, GITHUB_SHA: commit, GITHUB_RUN_ID: run } = env
  const part = (name: keyof Origin, value: string | undefined): Origin => {
    const parsed = originSchema.shape[name].safeParse(value)
    return parsed.success && parsed.data !== undefined ? { [name]: parsed.data } : {}
  }
  return { ...part('repository', repository), ...part('commit', commit), ...part('run', run) }
}

/** Whether one commit comes before another in the clone; undefined where the clone does not tell. */
export type Ancestry = (ancestor: string, descendant: string) => Promise<boolean | undefined>

/**
 * Whether a run is of an older commit than the one that applied last. History decides where the clone has it, for it is
 * what is meant by older; else the runs' numbers. `unknown` where neither can be compared.
 */
export async function compareOrigins(
  own: Origin,
  last: Origin,
  ancestry: Ancestry,
): Promise<'older' | 'not-older' | 'unknown'> {
  if (own.commit !== undefined && own.commit === last.commit) return 'not-older'
  if (own.repository !== last.repository) return 'unknown'
  const verdict = await byHistory(own.commit, last.commit, ancestry)
  if (verdict !== undefined) return verdict
  if (own.run === undefined || last.run === undefined) return 'unknown'
  return BigInt(own.run) < BigInt(last.run) ? 'older' : 'not-older'
}

/** Only a yes is evidence: where a clone is shallow, a no may be for want of history. */
async function byHistory(
  own: string | undefined,
  last: string | undefined,
  ancestry: Ancestry,
): Promise<'older' | 'not-older' | undefined> {
  if (own === undefined || last === undefined) return undefined
  if ((await ancestry(own, last)) === true) return 'older'
  return (await ancestry(last, own)) === true ? 'not-older' : undefined
}
