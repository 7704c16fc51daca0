import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { workflowTexts } from '../support/workflow-texts.ts'
import { toolPath } from './testbed/tools.ts'

const ROOT = resolve(import.meta.dirname, '../..')

interface Finding {
  readonly ident: string
  readonly place: string
  /** What the finding points at. */
  readonly feature: string
}

/** What zizmor reports and is right. `.github/zizmor.yml` holds what goes for whole files or actions, with its reasons. */
const SUPPRESSED: readonly { readonly ident: string; readonly feature: RegExp; readonly reason: string }[] = [
  {
    ident: 'overprovisioned-secrets',
    feature: /toJSON\(secrets\)/i,
    reason: 'the page tells what the opt-in input `github-secrets` is given, and what that costs',
  },
]

const texts = workflowTexts()
let folder: string
/** The place of each text, by the name of its file in `folder`. */
const places = new Map<string, string>()

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secretferry-workflows-'))
  for (const { place, text: workflow } of texts) {
    const file = `${place.replaceAll(/[^\w.-]/g, '-')}.yml`
    places.set(file, place)
    writeFileSync(join(folder, file), workflow)
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('there are workflows of the project, in examples and in pages', () => {
  const found = texts.map(({ place }) => place)
  for (const place of [/^\.github\/workflows\//, /^examples\/.*\.yml$/, /^README\.md:/])
    expect(found).toContainEqual(expect.stringMatching(place))
})

test('actionlint finds nothing in any of them', async () => {
  const files = [...places.keys()].map((file) => join(folder, file))
  const { stdout } = await run(await toolPath('actionlint'), ['-format', '{{json .}}', ...files])
  const errors = JSON.parse(stdout) as { filepath: string; line: number; message: string }[]
  expect(
    errors.map(({ filepath, line, message }) => `${placeOf(filepath)} line ${line}: ${message}`),
  ).toEqual([])
})

test('actionlint finds nothing in the workflows as they are used here, with our own action.yml', async () => {
  const { stdout } = await run(await toolPath('actionlint'), ['-format', '{{json .}}'])
  expect(JSON.parse(stdout)).toEqual([])
})

test('zizmor finds nothing in any of them, nor in action.yml', async () => {
  const config = join(ROOT, '.github/zizmor.yml')
  const files = [...places.keys()].filter((file) => !placeOf(file).startsWith('.github/'))
  const inputs = [...files.map((file) => join(folder, file)), 'action.yml', '.github']
  const args = ['--offline', '--quiet', '--no-progress', '--strict-collection', '--format=json']
  const { stdout, stderr } = await run(await toolPath('zizmor'), [...args, '--config', config, ...inputs])
  const findings = readFindings(stdout, stderr)
  expect(findings.filter((finding) => !isSuppressed(finding))).toEqual([])
})

interface Located {
  readonly symbolic: { readonly key: { readonly Local?: { readonly verbatim_path: string } } }
  readonly concrete: { readonly feature: string }
}

function readFindings(stdout: string, stderr: string): Finding[] {
  if (stdout === '') throw new Error(`zizmor printed nothing: ${stderr}`)
  const found = JSON.parse(stdout) as { ident: string; locations: Located[] }[]
  return found.map(({ ident, locations }) => ({
    ident,
    place: placeOf(locations[0]?.symbolic.key.Local?.verbatim_path ?? 'unknown'),
    feature: locations.map(({ concrete }) => concrete.feature).join('\n'),
  }))
}

function isSuppressed({ ident, feature }: Finding): boolean {
  return SUPPRESSED.some((each) => each.ident === ident && each.feature.test(feature))
}

function placeOf(file: string): string {
  return places.get(basename(file)) ?? file
}

/** Both tools end with another code than 0 where they find something: what they print is what counts. */
async function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { stdout, stderr }
}
