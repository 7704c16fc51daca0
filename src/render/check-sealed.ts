import { ActionError, throwIfAny, type Problem } from '../error.ts'
import { certificateId, parseCertificate, type Certificate } from '../seal/certificate.ts'
import { findController } from '../seal/controller.ts'
import { lintSealed, sealedNames } from '../seal/lint.ts'
import { askController, type Question } from '../seal/verify.ts'
import { Secret } from '../secret.ts'
import type { PlannedFile } from './plan-files.ts'
import { objectName } from './rendered-file.ts'
import type { RenderJob } from './renderer.ts'
import { plainSecrets } from './twins.ts'

/** `verify-sealed`: looks at every SealedSecret of the repository as it is to be, and asks the controller of those rendered. */
export async function checkSealed(
  job: RenderJob,
  planned: readonly PlannedFile[],
  certificate?: Certificate,
): Promise<void> {
  const { config, inputs, world } = job
  if (inputs.verifySealed === 'false') return
  const directory = config.outputDirectory ?? '.'
  const rendered = planned.flatMap(({ name, content, object }) =>
    typeof content === 'string' && object?.kind === 'SealedSecret'
      ? [{ shown: `${directory}/${name}`, text: content }]
      : [],
  )
  const prefix = prefixOf(directory)
  const texts = await repositoryTexts(job, planned, prefix)
  const names = [...texts.values()].flatMap(sealedNames).map(objectName)
  const count = names.length
  throwIfAny(lintAll(texts, { names: new Set(names), prefix, certificate }))
  world.effects.log.info(
    count === 0
      ? 'There is no SealedSecret in the repository: nothing was checked'
      : `Checked ${count === 1 ? 'the SealedSecret' : `all ${count} SealedSecrets`} of the repository: each is coherent`,
  )
  if (inputs.verifySealed === 'true') await askOf(rendered, job)
}

async function askOf(questions: readonly Question[], { config, world }: RenderJob): Promise<void> {
  const { log, now } = world.effects
  const cluster = await world.cluster()
  const controller = await findController(cluster, config.seal.controller)
  warnOfOlder(
    parseCertificate(controller.certificate, { from: 'of the controller', now: now() }),
    questions,
    log,
  )
  throwIfAny(await askController(cluster, controller, { questions, signal: world.deadline.signal }))
  log.info(
    questions.length === 0
      ? 'Nothing was sealed, so that the controller was asked nothing'
      : `The controller unseals ${questions.length === 1 ? 'the SealedSecret' : `all ${questions.length} SealedSecrets`} that were rendered`,
  )
}

/** Fingerprints say which certificate a value was sealed for: none of the newest means that all are of an older one. */
function warnOfOlder(
  newest: Certificate,
  questions: readonly Question[],
  log: RenderJob['world']['effects']['log'],
): void {
  const mark = certificateId(newest)
  const marked = questions.filter(({ text }) => text.includes('/fingerprints:'))
  if (marked.length > 0 && marked.every(({ text }) => !text.includes(`: ${mark}.`)))
    log.warning(
      'the certificate is not the controller’s newest: what is sealed with it is unsealed as long as the old key is kept. Fetch the newest: kubeseal --fetch-cert > FILE',
    )
}

/** What the paths of its files begin with, as the workspace names them. */
function prefixOf(directory: string): string {
  const path = directory.replace(/^(?:\.\/+)+|\/+$/g, '')
  return path === '' || path === '.' ? '' : `${path}/`
}

/** Every YAML and JSON file of the workspace as it is to be, by path. */
async function repositoryTexts(
  { world }: RenderJob,
  planned: readonly PlannedFile[],
  prefix: string,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map(await world.effects.output.walk())
  for (const { name, content, action } of planned) {
    const path = `${prefix}${name}`
    if (action === 'remove') texts.delete(path)
    else if (typeof content === 'string') texts.set(path, content)
    else if (content instanceof Secret) texts.delete(path)
  }
  return texts
}

interface Sealed {
  /** Of every SealedSecret of the repository. */
  readonly names: ReadonlySet<string>
  /** Of the files whose certificate is known; elsewhere they may be of other clusters. */
  readonly prefix: string
  readonly certificate: Certificate | undefined
}

function lintAll(
  texts: ReadonlyMap<string, string>,
  { names, prefix, certificate }: Sealed,
): readonly Problem[] {
  return [...texts].flatMap(([file, text]) => [
    ...lintSealed(text, file.startsWith(prefix) ? certificate : undefined).map(({ object, message, hint }) =>
      refuse(file, `${object === '' ? 'a SealedSecret' : object}: ${message}`, hint),
    ),
    ...twinsIn(text, names).map((name) =>
      refuse(
        file,
        `the Secret ${name} stands here as it is, while it is sealed elsewhere in the repository`,
        'delete it, and replace its values where they are kept: whoever can read the repository has read them',
      ),
    ),
  ])
}

function twinsIn(text: string, sealed: ReadonlySet<string>): readonly string[] {
  return /\bSecret\b/.test(text)
    ? plainSecrets(text)
        .map(objectName)
        .filter((name) => sealed.has(name))
    : []
}

function refuse(file: string, message: string, hint: string): Problem {
  return { code: 'SEALED_INVALID', message: `${file}: ${message}`, hint, at: { file } }
}

/** Whether the delivery has anything to verify. */
export function demandSealed({ config, inputs }: RenderJob): void {
  if (inputs.verifySealed !== 'true' || config.deliver === 'sealed-secret') return
  throw new ActionError({
    code: 'INPUT_INVALID',
    message: `\`verify-sealed: true\` asks the controller of what was sealed, and \`deliver: ${config.deliver}\` seals nothing`,
    hint: 'set `verify-sealed: offline`, which checks the files of the repository alone',
  })
}
