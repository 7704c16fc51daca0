import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbedded } from '../doubles/kube-apiserver/server.ts'
import type { ProxyRequest } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import { LEAKY_ACTION } from '../support/bundle-action.ts'
import { runAction, type ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { formsOf } from './canaries.ts'
import { makeAllCanaries, textsOf } from './leak-arrangement.ts'
import { inspectRun } from './leak-check.ts'

const canaries = makeAllCanaries()
let server: TestServer
let proxy: FaultProxy
/** A run of the action itself that ended well, and leaked nothing. */
let clean: ActionRun

beforeAll(async () => {
  server = await startEmbedded()
  proxy = await startFaultProxy(server)
  await server.namespace('clean')
  clean = await runAction({
    inputs: {
      kubeconfig: proxy.kubeconfig(server.admin),
      namespace: 'clean',
      name: 'one',
      'from-env': 'VALUE',
      'audit-log': 'audit.jsonl',
    },
    env: { VALUE: 'a-value-of-no-importance' },
    debug: true,
  })
})

afterAll(async () => {
  await proxy.stop()
  await server.stop()
})

test('a clean run has no leaks', () => {
  expect(clean.exitCode, clean.log).toBe(0)
  expect(inspectRun({ run: clean, canaries, requests: proxy.requests })).toEqual([])
})

test('what a run was given is no leak', () => {
  const given = new Map([['workspace/.env', Buffer.from(text())]])
  expect(inspectRun({ run: withFile('workspace/.env', text()), canaries, given })).toEqual([])
  expect(inspectRun({ run: withFile('workspace/.env', `x${text()}`), canaries, given })).not.toEqual([])
  expect(inspectRun({ run: withFile('workspace/.env', text() + text()), canaries, given })).not.toEqual([])
})

test('something on stderr is one, whatever it is', () => {
  expect(inspectRun({ run: { ...clean, stderr: 'x' }, canaries })).toEqual(['stderr: not empty'])
})

/** Ways to plant a text into the clean run. */
const PLANTS: Readonly<Record<string, (leak: string) => Partial<ActionRun>>> = {
  log: (leak) => ({ log: `${clean.log}\n${leak}` }),
  'a line of the log': (leak) => ({ lines: [...clean.lines, { raw: leak, shown: leak }] }),
  'a line of the log that is masked': (leak) => ({ lines: [...clean.lines, { raw: leak, shown: '***' }] }),
  'a masked annotation': (leak) => ({ lines: [...clean.lines, { raw: `##[warning]${leak}`, shown: '***' }] }),
  'an annotation': (leak) => ({ annotations: [...clean.annotations, { level: 'notice', message: leak }] }),
  'an annotation’s title': (leak) => ({ annotations: [{ level: 'error', message: '', title: leak }] }),
  'an annotation’s file': (leak) => ({ annotations: [{ level: 'error', message: '', file: leak }] }),
  'a complaint': (leak) => ({ complaints: [leak] }),
  stderr: (leak) => ({ stderr: leak }),
  'an output': (leak) => ({ outputs: { ...clean.outputs, results: leak } }),
  'JSON in an output': (leak) => ({
    outputs: { ...clean.outputs, results: JSON.stringify([{ name: leak }]) },
  }),
  'an output’s name': (leak) => ({ outputs: { [leak]: '' } }),
  'the summary': (leak) => ({ summary: `${clean.summary}${leak}` }),
  'the summary as it is shown': (leak) => ({ shownSummary: leak }),
  'the state': (leak) => ({ state: { a: leak } }),
  'the environment': (leak) => ({ environment: { a: leak } }),
  'the path': (leak) => ({ addedPath: leak }),
  'the audit log': (leak) =>
    withFile('workspace/audit.jsonl', `{"message":"x"}\n${JSON.stringify({ message: leak })}\n`),
  'the plan file': (leak) =>
    withFile('runner-temp/secretferry-plan-0.json', JSON.stringify({ source: leak }, null, 2)),
  'a file of the home directory': (leak) => withFile('home/.cache', leak),
  'a file’s name': (leak) => withFile(`workspace/${leak}`, ''),
  'the command line': (leak) => ({ argv: [...clean.argv, leak] }),
  'a child’s command line': (leak) => ({ children: [['git', leak]] }),
  'a connection': (leak) => ({ connections: [{ host: leak }] }),
}

describe.each(Object.entries(PLANTS))('planted in %s', (_channel, plant) => {
  test.each(canaries.map((canary) => [canary.name, canary] as const))(
    '%s is found in every form',
    (name, canary) => {
      for (const [encoding, form] of formsOf(canary)) {
        const found = inspectRun({ run: { ...clean, ...plant(form) }, canaries })
        expect(
          found.filter((each) => each.includes(name)),
          encoding,
        ).not.toEqual([])
      }
    },
  )
})

test.each(canaries.map((canary) => [canary.name, canary] as const))(
  '%s is found in a request',
  (_name, canary) => {
    for (const [encoding, form] of formsOf(canary))
      for (const request of requestsWith(form))
        expect(inspectRun({ run: clean, canaries, requests: [request] }), encoding).not.toEqual([])
  },
)

test('bytes are found in a file', () => {
  for (const { value } of canaries) {
    const files = new Map(clean.files).set('workspace/keystore', Buffer.concat([Buffer.alloc(3), value]))
    expect(inspectRun({ run: { ...clean, files }, canaries })).not.toEqual([])
  }
})

test('a piece of a value is found, where it was cut before it could be masked', () => {
  const [piece = ''] = /canary-first-[0-9a-f]{24}/.exec(valueOf('lines')) ?? []
  expect(inspectRun({ run: { ...clean, log: `quota ${piece}…` }, canaries })).toContain(
    'log: a piece of lines',
  )
})

/** Every channel of leaky-action.ts, with what the inspection calls it. */
const LEAKS: readonly (readonly [channel: string, called: RegExp])[] = [
  ['the log', /^log: /],
  ['the log, before its mask', /^log: /],
  ['the log, by an encoding that its mask does not cover', /^log: .*hex/],
  ['the log, inside of base64', /^log: .*base64/],
  ['the log, by debugging', /^log: /],
  ['the log, after its mask', /^log before masking: /],
  ['the log, after commands were stopped', /^log: /],
  ['an annotation', /^annotation: /],
  ['an annotation’s title', /^annotation: /],
  ['an annotation that is masked', /^annotation before masking: /],
  ['stderr', /^stderr: quotes/],
  ['an output', /^output out: /],
  ['JSON in an output', /^output out: /],
  ['the summary', /^summary: /],
  ['the state', /^state state: /],
  ['the environment', /^environment VARIABLE: /],
  ['the path', /^path: /],
  ['a new file of the workspace', /^file workspace\/plan\.json: /],
  ['a file’s name', /^name of a file: /],
  ['a file that was there', /^file workspace\/audit\.jsonl: /],
  ['a file of RUNNER_TEMP', /^file runner-temp\/plan\.bin: /],
  ['a file of the home directory', /^file home\/\.config: /],
  ['a child’s command line', /^command line of a child: /],
  ['a connection', /^connection: /],
  ['a request’s path', /^request: /],
  ['a request’s query', /^request: /],
]

test.each(LEAKS)('an action that leaks by %s is caught', async (channel, called) => {
  const seen = proxy.requests.length
  const run = await runAction({
    entry: LEAKY_ACTION,
    debug: true,
    inputs: { channel, text: valueOf('quotes'), url: proxy.url },
    files: { 'audit.jsonl': '{}\n' },
  })
  const given = new Map([['workspace/audit.jsonl', Buffer.from('{}\n')]])
  const found = inspectRun({ run, canaries, requests: proxy.requests.slice(seen), given })
  expect(
    found.filter((each) => called.test(each)),
    found.join('\n'),
  ).not.toEqual([])
})

test('an action that keeps to itself is not', async () => {
  const run = await runAction({ entry: LEAKY_ACTION, inputs: { channel: 'none', text: valueOf('quotes') } })
  expect(inspectRun({ run, canaries })).toEqual([])
})

function withFile(path: string, content: string): ActionRun {
  return { ...clean, files: new Map(clean.files).set(path, Buffer.from(content)) }
}

function requestsWith(form: string): readonly ProxyRequest[] {
  const base = { method: 'GET', path: '/', query: new URLSearchParams(), body: () => '', number: 1 }
  return [
    { ...base, path: `/api/${encodeURIComponent(form)}` },
    { ...base, query: new URLSearchParams([['fieldManager', form]]) },
    { ...base, query: new URLSearchParams([[form, '']]) },
    { ...base, method: form },
  ]
}

function valueOf(name: string): string {
  return canaries.find((canary) => canary.name === name)?.value.toString('utf8') ?? ''
}

function text(): string {
  return textsOf(canaries)
    .map(({ value }) => value.toString('utf8'))
    .join('\n')
}
