/** An action for the leak test's own test: lets INPUT_TEXT out where INPUT_CHANNEL says. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { connect } from 'node:net'
import path from 'node:path'

const env = process.env
const text = env['INPUT_TEXT'] ?? ''
const file = (variable: string): string => env[variable] ?? ''
const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const base64 = Buffer.from(text).toString('base64')

const CHANNELS: Readonly<Record<string, () => void>> = {
  'the log': () => print(text),
  'the log, before its mask': () => print(`${text}\n::add-mask::${escaped}`),
  'the log, after its mask': () => print(`::add-mask::${escaped}\n${text}`),
  'the log, by an encoding that its mask does not cover': () =>
    print(`::add-mask::${escaped}\n${Buffer.from(text).toString('hex')}`),
  'the log, inside of base64': () =>
    print(`::add-mask::${escaped}\n${Buffer.from(`x${text}x`).toString('base64')}`),
  'the log, by debugging': () => print(`::debug::${escaped}`),
  'the log, after commands were stopped': () =>
    print(`::stop-commands::x\n::add-mask::${escaped}\n::x::\n${text}`),
  'an annotation': () => print(`::error::${escaped}`),
  'an annotation’s title': () =>
    print(`::notice title=${escaped.replaceAll(':', '%3A').replaceAll(',', '%2C')}::x`),
  'an annotation that is masked': () => print(`::add-mask::${escaped}\n::warning::${escaped}`),
  stderr: () => process.stderr.write(text),
  'an output': () => append('GITHUB_OUTPUT', `out<<END-OF-IT\n${text}\nEND-OF-IT\n`),
  'JSON in an output': () => append('GITHUB_OUTPUT', `out=${JSON.stringify([{ name: `a/${text}` }])}\n`),
  'the summary': () => append('GITHUB_STEP_SUMMARY', `| ${base64} |\n`),
  'the state': () => append('GITHUB_STATE', `state=${base64}\n`),
  'the environment': () => append('GITHUB_ENV', `VARIABLE=${base64}\n`),
  'the path': () => append('GITHUB_PATH', `/opt/${base64}\n`),
  'a new file of the workspace': () => writeFileSync('plan.json', JSON.stringify({ text })),
  'a file’s name': () => mkdirAndWrite(Buffer.from(text).toString('base64url').slice(0, 200)),
  'a file that was there': () => appendFileSync('audit.jsonl', `${JSON.stringify({ message: text })}\n`),
  'a file of RUNNER_TEMP': () => writeFileSync(path.join(file('RUNNER_TEMP'), 'plan.bin'), text),
  'a file of the home directory': () => writeFileSync(path.join(file('HOME'), '.config'), base64),
  'a child’s command line': () => execFileSync(process.execPath, ['-e', '', base64]),
  'a connection': () =>
    connect({ host: `${base64.slice(0, 8)}.invalid`, port: 9, path: base64 }).on('error', ignore),
  'a request’s path': () => ask(`/api/${encodeURIComponent(text)}`),
  'a request’s query': () => ask(`/api?fieldManager=${encodeURIComponent(text)}`),
}

CHANNELS[env['INPUT_CHANNEL'] ?? '']?.()

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function append(variable: string, content: string): void {
  appendFileSync(file(variable), content)
}

function mkdirAndWrite(name: string): void {
  mkdirSync('made')
  writeFileSync(path.join('made', name), '')
}

function ask(url: string): void {
  get(`${file('INPUT_URL')}${url}`, { rejectUnauthorized: false }, (answer) => answer.resume()).on(
    'error',
    ignore,
  )
}

function ignore(): void {
  // Whether anybody answers does not matter.
}
