import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'

/** The keys of each Secret. */
const KEYS = ['host', 'user', 'pass', 'port', 'name']
/** Secrets whose values share one .env file. */
const SECRETS_A_FILE = 2000

/** The same Secrets for everybody who brings them to the server. */
export interface Workload {
  readonly secrets: number
  readonly namespace: string
  /** How often one key of each Secret has changed. */
  readonly edition: number
}

/** The workspace of a job: the configuration, and the values in .env files. Names are short: each file may hold 1 MiB. */
export async function writeWorkspace(folder: string, { secrets, edition }: Workload): Promise<void> {
  const files = new Map<string, string>()
  const declared = Array.from({ length: secrets }, (_, n) => {
    const file = `env-${Math.floor(n / SECRETS_A_FILE)}`
    const lines = KEYS.map((key, nth) => `V${n}_${nth}=${valueOf(n, key, edition)}\n`)
    files.set(file, (files.get(file) ?? '') + lines.join(''))
    const data = KEYS.map((key, nth) => [key, `\${dotenv://${file}#V${n}_${nth}}`] as const)
    return [nameOf(n), { data: Object.fromEntries(data) }] as const
  })
  const config = stringify({ version: 1, secrets: Object.fromEntries(declared) }, { indent: 1, lineWidth: 0 })
  await mkdir(path.join(folder, '.github'), { recursive: true })
  await writeFile(path.join(folder, '.github/secretferry.yml'), config)
  for (const [file, lines] of files) await writeFile(path.join(folder, file), lines)
}

/** One file for `kubectl apply -f`: a List, in JSON, which kubectl reads faster than YAML. */
export async function writeList(file: string, { secrets, namespace, edition }: Workload): Promise<void> {
  const items = Array.from({ length: secrets }, (_, n) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: nameOf(n), namespace },
    type: 'Opaque',
    data: Object.fromEntries(
      KEYS.map((key) => [key, Buffer.from(valueOf(n, key, edition)).toString('base64')]),
    ),
  }))
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
}

function nameOf(n: number): string {
  return `bench-${n}`
}

/** 32 characters, other ones for each key; the first key's change with the edition. */
function valueOf(n: number, key: string, edition: number): string {
  const changes = key === KEYS[0] ? edition : 0
  return createHash('sha512').update(`${n} ${key} ${changes}`).digest('base64url').slice(0, 32)
}
