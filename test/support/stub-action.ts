/** An action for the harness's own tests: does what its inputs say. */
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { connect } from 'node:net'

const COMMAND_FILES = {
  output: 'GITHUB_OUTPUT',
  summary: 'GITHUB_STEP_SUMMARY',
  state: 'GITHUB_STATE',
  env: 'GITHUB_ENV',
  path: 'GITHUB_PATH',
} as const

for (const [name, variable] of Object.entries(COMMAND_FILES)) {
  append(process.env[variable] ?? '', input(name))
}
process.stdout.write(input('log'))
process.stderr.write(input('stderr'))
if (input('read') !== '') process.stdout.write(readFileSync(input('read')))
if (input('write') !== '') writeFileSync(input('write'), 'written')
if (input('dump') !== '') process.stdout.write(JSON.stringify({ env: process.env, cwd: process.cwd() }))
if (input('spawn') !== '') {
  spawn(process.execPath, ['-e', '', input('spawn')])
  spawnSync(process.execPath, ['-e', '', input('spawn')])
}
if (input('hang') !== '') setInterval(() => undefined, 1000)
if (input('connect') !== '') {
  const [host = '', port] = input('connect').split(' ')
  connect({ host, port: Number(port) }).on('error', (error: NodeJS.ErrnoException) =>
    process.stdout.write(String(error.code)),
  )
}
if (input('fetch') !== '') {
  await fetch(input('fetch')).catch((error: unknown) => process.stdout.write(causeOf(error)))
  get(input('fetch')).on('error', (error: NodeJS.ErrnoException) =>
    process.stdout.write(` ${error.code ?? ''}`),
  )
}
process.exitCode = Number(input('exit-code'))

function input(name: string): string {
  return process.env[`INPUT_${name.toUpperCase()}`] ?? ''
}

function append(file: string, text: string): void {
  if (text !== '') appendFileSync(file, text)
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined
  return cause?.code ?? String(error)
}
