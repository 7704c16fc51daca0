import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeSelfSigned } from '../../test/support/certificates.ts'
import { toolPath } from '../../test/real/testbed/tools.ts'
import { markdownTable } from '../markdown-table.ts'
import { runnerEnvironment } from './contestant.ts'
import { SEAL_GOALS } from './goals.ts'
import { measure, type Command } from './process.ts'

/** Seconds of sealing so many Secrets with five keys each, start-up included. */
export interface SealResult {
  readonly secrets: number
  /** All are new. */
  readonly sealed: number
  /** None has changed since. */
  readonly unchanged: number
  /** `kubeseal` once, on one file of them all. */
  readonly oneFile: number
  /** `kubectl create --dry-run=client | kubeseal` for each, counted up from the first `PIPED` of them. */
  readonly piped: number
}

const SIZES = [50, 1000]
const KEYS = 5
const ROUNDS = 3
const PIPED = 25
/** What the controller makes unless it is told otherwise. */
const KEY_BITS = 4096

interface Tools {
  readonly entry: string
  readonly folder: string
  readonly kubeseal: string
  readonly kubectl: string
}

/** Times `mode: render` beside kubeseal, each in turn on Secrets of the same size and the same certificate. */
export async function timeSealing(place: Pick<Tools, 'entry' | 'folder'>): Promise<readonly SealResult[]> {
  const tools = { ...place, kubeseal: await toolPath('kubeseal'), kubectl: await toolPath('kubectl') }
  const { cert } = await makeSelfSigned({ subject: { commonName: 'bench' }, keyType: 'rsa', bits: KEY_BITS })
  const results: SealResult[] = []
  for (const secrets of SIZES) results.push(await compare(secrets, cert, tools))
  return results
}

/** A table of Markdown, and whether the goals are held. */
export function describeSealing(results: readonly SealResult[]): string {
  const seconds = (each: number): string => `${each.toFixed(2)} s`
  const rows = results.map(({ secrets, sealed, unchanged, oneFile, piped }) => [
    `${secrets} × ${KEYS}`,
    ...[sealed, unchanged, oneFile, piped].map(seconds),
  ])
  const last = results.at(-1)
  const goals =
    last === undefined
      ? []
      : [
          goalRow(`Sealed, by kubeseal’s time for one file`, last.sealed / last.oneFile, SEAL_GOALS.oneFile),
          goalRow('Sealed, by the pipe’s time', last.sealed / last.piped, SEAL_GOALS.piped),
          goalRow('Seconds of an unchanged run', last.unchanged, SEAL_GOALS.unchanged),
        ]
  return [
    markdownTable(
      [
        'Secrets × keys',
        'Secretferry, all new',
        'Unchanged',
        'kubeseal, one file',
        'kubectl and kubeseal for each',
      ],
      rows,
    ),
    markdownTable(['', 'Measured', 'Goal', 'Held'], goals),
  ].join('\n\n')
}

function goalRow(what: string, measured: number, goal: number): string[] {
  return [what, measured.toFixed(2), `≤ ${goal}`, measured <= goal ? 'yes' : '**no**']
}

async function compare(secrets: number, cert: string, tools: Tools): Promise<SealResult> {
  const workspace = path.join(tools.folder, `seal-${secrets}`)
  await arrange(workspace, { secrets, cert })
  const rounds: Omit<SealResult, 'secrets'>[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    process.stderr.write(`seal: ${secrets} Secrets, round ${round} of ${ROUNDS}\n`)
    await rm(path.join(workspace, 'k8s'), { recursive: true, force: true })
    const sealed = await runSecretferry(workspace, tools)
    const { length } = await readdir(path.join(workspace, 'k8s'))
    if (length !== secrets) throw new Error(`${length} files of ${secrets} were rendered`)
    const unchanged = await runSecretferry(workspace, tools)
    rounds.push({
      sealed,
      unchanged,
      oneFile: await runOneFile(workspace, tools),
      piped: await runPiped(workspace, secrets, tools),
    })
  }
  const median = (of: (round: (typeof rounds)[number]) => number): number =>
    rounds.map(of).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0
  return {
    secrets,
    sealed: median(({ sealed }) => sealed),
    unchanged: median(({ unchanged }) => unchanged),
    oneFile: median(({ oneFile }) => oneFile),
    piped: median(({ piped }) => piped),
  }
}

async function arrange(
  workspace: string,
  { secrets, cert }: { secrets: number; cert: string },
): Promise<void> {
  await mkdir(path.join(workspace, '.github'), { recursive: true })
  const keys = Array.from({ length: KEYS }, (_, key) => `KEY_${key}`)
  const value = (secret: number, key: string): string => `${(secret * 7919).toString(36)}-of-the-bench-${key}`
  const each = <T>(make: (secret: number) => T): T[] => Array.from({ length: secrets }, (_, nth) => make(nth))
  const config = [
    'version: 1',
    'deliver: sealed-secret',
    'namespace: bench',
    'output-directory: k8s',
    'seal: { certificate: cert.pem }',
    'secrets:',
    ...each((nth) => [
      `  secret-${nth}:`,
      '    data:',
      ...keys.map((key) => `      ${key}: \${dotenv://.env#S${nth}_${key}}`),
    ]).flat(),
  ]
  const manifests = each((nth) =>
    [
      'apiVersion: v1',
      'kind: Secret',
      `metadata: { name: secret-${nth}, namespace: bench }`,
      'data:',
      ...keys.map((key) => `  ${key}: ${Buffer.from(value(nth, key)).toString('base64')}`),
    ].join('\n'),
  )
  const write = (file: string, text: string): Promise<void> => writeFile(path.join(workspace, file), text)
  await write('.github/secretferry.yml', `${config.join('\n')}\n`)
  await write(
    '.env',
    each((nth) => keys.map((key) => `S${nth}_${key}=${value(nth, key)}\n`).join('')).join(''),
  )
  await write('cert.pem', cert)
  await write('secrets.yaml', `${manifests.join('\n---\n')}\n`)
  await write('one.env', keys.map((key) => `${key}=${value(1, key)}\n`).join(''))
}

async function runSecretferry(workspace: string, { entry, folder }: Tools): Promise<number> {
  const env = {
    ...(await runnerEnvironment(folder, workspace)),
    INPUT_MODE: 'render',
    'INPUT_FINGERPRINT-KEY': 'fingerprint-key-of-the-bench-0123456789abcdef',
  }
  return succeed({ program: process.execPath, args: [entry], cwd: workspace, env })
}

function runOneFile(workspace: string, { kubeseal }: Tools): Promise<number> {
  const args = ['--cert', 'cert.pem', '-o', 'yaml', '-f', 'secrets.yaml', '-w', 'sealed.yaml']
  return succeed({ program: kubeseal, args, cwd: workspace, env: { PATH: '/usr/bin:/bin', HOME: workspace } })
}

/** What people use: each Secret by two processes. */
async function runPiped(workspace: string, secrets: number, { kubeseal, kubectl }: Tools): Promise<number> {
  const count = Math.min(PIPED, secrets)
  const script = `set -o pipefail; for n in $(seq ${count}); do "$0" create secret generic "secret-$n" -n bench --from-env-file=one.env --dry-run=client -o yaml | "$1" --cert cert.pem -o yaml > "sealed-$n.yaml" || exit 1; done`
  const env = { PATH: '/usr/bin:/bin', HOME: workspace }
  const seconds = await succeed({
    program: 'bash',
    args: ['-c', script, kubectl, kubeseal],
    cwd: workspace,
    env,
  })
  return (seconds / count) * secrets
}

async function succeed(command: Command): Promise<number> {
  const { exitCode, seconds, stderr } = await measure(command)
  if (exitCode === 0) return seconds
  throw new Error(`${command.program} ended with ${String(exitCode)}:\n${stderr.slice(-2000)}`)
}
