import { ActionError } from '../error.ts'
import { openGitHub } from '../git-hub/api.ts'
import { commitFiles, type CommittedFile, type CommitPlan } from '../git-hub/commit-files.ts'
import { pullRequest } from '../git-hub/pull-request.ts'
import { openRepository, type Repository } from '../git-hub/repository.ts'
import type { Secret } from '../secret.ts'
import { Secret as SecretClass } from '../secret.ts'
import { currentBranch } from './current-branch.ts'
import { describePull } from './pull-text.ts'
import type { PlannedFile } from './plan-files.ts'
import type { RenderJob } from './renderer.ts'

/** What became of the files in Git. */
export type Committed =
  | { readonly kind: 'committed'; readonly branch: string; readonly oid: string }
  | { readonly kind: 'unchanged'; readonly branch: string }
  | { readonly kind: 'opened' | 'updated' | 'same'; readonly branch: string; readonly pull: string }
  /** There is nothing to propose. `pull` is open all the same, where there is one. */
  | { readonly kind: 'nothing'; readonly branch: string; readonly pull: string | undefined }

type CommitJob = RenderJob & { readonly directory: string }

/** A configuration file is no larger. */
const SOURCE_LIMIT = 1024 * 1024

/** Commits what was rendered, as the inputs say; undefined where they don’t. Throws where GitHub refuses: then nothing is there of it. */
export async function commitRendered(
  planned: readonly PlannedFile[],
  job: CommitJob,
): Promise<Committed | undefined> {
  const { inputs } = job
  if (inputs.commit === 'none') return undefined
  const place = await demandRepository(planned, job)
  const { repository, isOwnToken } = openFor(job)
  const branch = await currentBranch(job.world.effects.env, repository)
  const plan: CommitPlan = {
    branch,
    headline: inputs.commitMessage ?? headlineOf(job),
    body: trailerOf(job),
    files: planned.flatMap((file) => committedFile(file, place) ?? []),
    sources: await sourcesOf(job),
  }
  if (inputs.commit === 'branch') return commitFiles(repository, plan)
  return propose(repository, planned, { plan, job, isOwnToken })
}

/** The directory's path in the repository. */
async function demandRepository(
  planned: readonly PlannedFile[],
  { directory, world }: CommitJob,
): Promise<string> {
  const { files, output } = world.effects
  const shown = files.display(directory)
  if (shown.startsWith('..') || (await output.isTemporary(directory)))
    throw invalid(
      'what is rendered outside of the workspace can’t be committed',
      'name a directory of the repository as `output-directory`, or leave `commit` out',
    )
  if (planned.some(({ content }) => content instanceof SecretClass))
    throw invalid(
      'Secrets as they are are never committed by this action',
      'deliver by `sealed-secret` or `external-secret`, or leave `commit` out',
    )
  return shown
}

function openFor({ inputs, world }: CommitJob): { repository: Repository; isOwnToken: boolean } {
  const { effects, deadline } = world
  const { env } = effects
  const given = inputs.token ?? inputs.githubToken
  const fullName = env['GITHUB_REPOSITORY'] ?? ''
  if (given === undefined || !/^[^/\s]+\/[^/\s]+$/.test(fullName))
    throw invalid(
      given === undefined ? 'there is no token to commit with' : 'the repository is not known',
      given === undefined ? 'set the `token` input' : 'set GITHUB_REPOSITORY to owner/name',
    )
  const api = openGitHub({
    ...effects,
    token: effects.secret(given.bytes(), 'the input `token`'),
    apiUrl: env['GITHUB_API_URL'] ?? 'https://api.github.com',
    graphqlUrl: env['GITHUB_GRAPHQL_URL'] ?? 'https://api.github.com/graphql',
    deadline,
  })
  return {
    repository: openRepository(api, fullName, effects.scrub),
    isOwnToken: isSame(given, inputs.githubToken),
  }
}

function isSame(one: Secret, other: Secret | undefined): boolean {
  return other !== undefined && Buffer.from(one.bytes()).equals(Buffer.from(other.bytes()))
}

interface Proposal {
  readonly plan: CommitPlan
  readonly job: CommitJob
  readonly isOwnToken: boolean
}

async function propose(
  repository: Repository,
  planned: readonly PlannedFile[],
  { plan, job, isOwnToken }: Proposal,
): Promise<Committed> {
  const { inputs, set, world, directory } = job
  const branch = inputs.commitBranch ?? defaultBranch(job)
  const result = await pullRequest(repository, {
    ...plan,
    base: plan.branch,
    branch,
    title: plan.headline,
    pullBody: describePull(planned, { directory, set }),
    trailer: trailerOf(job),
  })
  if (result.kind === 'nothing') return { kind: 'nothing', branch, pull: result.pull?.url }
  if (isOwnToken && result.kind !== 'unchanged') world.effects.log.notice(OWN_TOKEN)
  return { kind: result.kind === 'unchanged' ? 'same' : result.kind, branch, pull: result.pull.url }
}

const OWN_TOKEN =
  'the pull request is of the job’s own token, for which GitHub starts no workflows by itself: give `token` a GitHub App’s token (actions/create-github-app-token) where checks have to run on it'

/** One for each environment and set, the same in every run. */
function defaultBranch({ config, set }: CommitJob): string {
  const name = (config.environment ?? 'secrets').replace(/[^A-Za-z0-9_-]+/g, '-')
  return `secretferry/${name}-${set.digest.slice(0, 6)}`
}

function headlineOf({ config }: CommitJob): string {
  return config.environment === undefined ? 'Render Secrets' : `Render Secrets of ${config.environment}`
}

/** By it a commit of ours is known. */
function trailerOf({ set }: CommitJob): string {
  return `Secretferry-Set: ${set.digest}`
}

function committedFile(file: PlannedFile, directory: string): CommittedFile | undefined {
  if (file.action === 'stale') return undefined
  const { name, content, former } = file
  return {
    path: directory === '' ? name : `${directory}/${name}`,
    before: former === undefined ? undefined : Buffer.from(former.text, 'utf8'),
    after: typeof content === 'string' ? Buffer.from(content, 'utf8') : undefined,
  }
}

/** The configuration: where it is another on the branch by now, what was made of it is out of date. */
async function sourcesOf({ inputs, world }: CommitJob): Promise<CommitPlan['sources']> {
  const { source } = inputs
  const { files } = world.effects
  if (source.kind !== 'file') return []
  const path = files.display(source.path)
  const content = path.startsWith('..') ? undefined : await files.read(source.path, SOURCE_LIMIT)
  return content === undefined ? [] : [{ path, content }]
}

function invalid(message: string, hint: string): ActionError {
  return new ActionError({ code: 'INPUT_INVALID', message, hint })
}
