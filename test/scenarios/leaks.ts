import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWrite } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { BAD_INPUTS, fileOf, type BadInput } from './bad-input.ts'
import type { Canary } from './canaries.ts'
import { EXISTING, FAULT_CASES, NAMES, strikes } from './faults.ts'
import {
  addCanaries,
  configOf,
  dataOfAll,
  DELIVERIES,
  environmentOf,
  filesOf,
  fiveOf,
  makeAllCanaries,
  textsOf,
  tlsArrangement,
} from './leak-arrangement.ts'
import { inspectRun } from './leak-check.ts'
import {
  editKubeconfig,
  HOSTILITIES,
  KUBECONFIGS,
  PLUGINS,
  textsFor,
  type Hostility,
} from './leak-hostility.ts'
import { journalLeaks } from './leak-journal.ts'
import { verifyLeaks } from './leak-verify.ts'
import { runBadInput } from './refusals.ts'
import { sample } from './sample.ts'
import { useStage, type Stage } from './stage.ts'

/**
 * All canaries at once through every path, with debug logging on, and no leak of any. `whole` takes every bad input and
 * every fault at both kinds of write, else one of each error code.
 */
export function leakScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole, port }: { whole: boolean; port?: number },
): void {
  describe(`nothing leaks, on ${name}`, () => {
    const some = <T>(rows: readonly T[], each: number): readonly T[] => sample(rows, whole, each)
    const stage = useStage(start)
    const canaries = makeAllCanaries()
    let proxy: FaultProxy
    beforeAll(async () => {
      proxy = await startFaultProxy(stage.server())
    })
    afterAll(() => proxy.stop())

    /** A run through the proxy with debug logging, searched for every canary there is. */
    const run = async (
      namespace: string,
      options: ActionOptions = {},
      more: readonly Canary[] = [],
    ): Promise<ActionRun> => {
      const given = new Map<string, Uint8Array>()
      const seen = proxy.requests.length
      const done = await stage.run(namespace, {
        debug: true,
        ...options,
        inputs: { kubeconfig: proxy.kubeconfig(stage.server().admin), ...options.inputs },
        async arrange(places) {
          await options.arrange?.(places)
          for (const place of Object.values(places)) readTree(place, given)
        },
      })
      const requests = proxy.requests.slice(seen)
      expect(inspectRun({ run: done, canaries: [...canaries, ...more], requests, given })).toEqual([])
      expect(done.timedOut).toBe(false)
      return done
    }
    const watched: Stage = { ...stage, run }

    describe('when all is well', () => {
      it.each(some(Object.entries(DELIVERIES), 2))('%s', async (_delivery, arrange) => {
        const arranged = await arrange(canaries)
        const namespace = await stage.fresh()
        const created = await run(namespace, {
          ...arranged,
          inputs: { ...arranged.inputs, 'audit-log': 'audit.jsonl' },
        })
        expect(created.exitCode, created.log).toBe(0)
        expect(JSON.parse(created.outputs['created'] ?? '')).not.toEqual([])
        expect(created.file('workspace/audit.jsonl')).toContain('run applied')
      })

      it('nothing changed, a dry run, every value changed, and a key removed', async () => {
        const namespace = await stage.fresh()
        const others = makeAllCanaries()
        const { files, env } = await arranged('variables of the environment', canaries)
        const next = await arranged('variables of the environment', others)
        await run(namespace, { files, env })
        const again = await run(namespace, { files, env })
        expect(again.outputs['changed']).toBe('false')
        const plan = await run(namespace, { ...next, inputs: { 'dry-run': 'true' } }, others)
        expect(plan.outputs).toMatchObject({ changed: 'true', 'error-code': '' })
        const changed = await run(namespace, next, others)
        expect(changed.outputs['changed']).toBe('true')
        const less = await run(
          namespace,
          { env: next.env, files: configOf({ one: { data: { A: 'fixed' } } }) },
          others,
        )
        expect(less.outputs['changed']).toBe('true')
      })

      it('a Secret of the cluster, and a namespace that is made', async () => {
        const [source, target] = [await stage.fresh(), `${await stage.fresh()}-made`]
        await stage.server().request('POST', `/api/v1/namespaces/${source}/secrets`, {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'source' },
          data: Object.fromEntries(canaries.map(({ name: key, value }) => [key, value.toString('base64')])),
        })
        const data = Object.fromEntries(
          canaries.map(({ name: key }) => [key, `\${kubernetes://${source}/source#${key}}`]),
        )
        const made = await run(target, {
          files: configOf({ one: { data } }),
          inputs: { 'create-namespace': 'true' },
        })
        expect(made.exitCode, made.log).toBe(0)
        const held = await stage.held(target, 'one')
        expect(held?.data['percent']).toBe(canaries[0]?.value.toString())
      })

      it('a certificate and its key', async () => {
        const { canary, arrangement } = await tlsArrangement()
        const done = await run(await stage.fresh(), arrangement, [canary])
        expect(done.exitCode, done.log).toBe(0)
      })

      it('outside of a runner, where nothing masks', async () => {
        const outside = { GITHUB_ACTIONS: undefined }
        const { files, env } = await arranged('variables of the environment', canaries)
        const done = await run(await stage.fresh(), { files, env: { ...env, ...outside } })
        expect(done.exitCode, done.log).toBe(0)
        expect(done.masks).toEqual([])
      })
    })

    describe('bad input', () => {
      it.each(whole ? BAD_INPUTS : some(oneOfEach(BAD_INPUTS), 2))('$name: $code', async (bad) => {
        const namespace = await stage.fresh()
        const { run: done } = await runBadInput(withCanaries(bad, canaries), {
          stage: watched,
          proxy,
          namespace,
        })
        expect(done.outputs['error-code'], done.log).toBe(bad.code)
      })

      const pasted = textsOf(canaries).map((canary) => [canary])
      it.each(whole ? [textsOf(canaries), ...pasted] : [textsOf(canaries)])(
        'the input data, as the runner pastes secrets into it: $name',
        async (...given) => {
          const namespace = await stage.fresh()
          const forms: ((text: string) => string)[] = [
            (text) => text,
            (text) => `'${text}'`,
            (text) => `"${text}"`,
            (text) => `|\n  ${text}`,
            (text) => `[${text}`,
          ]
          for (const form of whole ? forms : forms.slice(0, 1)) {
            const lines = given.map((each) => `${each.name}: ${form(each.value.toString('utf8'))}`)
            await run(namespace, { inputs: { name: 'one', data: lines.join('\n') } })
          }
        },
      )

      it.each([
        ['github-secrets that are no JSON', { 'github-secrets': `{${environmentJson(canaries).slice(3)}` }],
        [
          'github-secrets of a list',
          { 'github-secrets': JSON.stringify(Object.values(environmentOf(canaries))) },
        ],
        ['a kubeconfig that is none', { kubeconfig: environmentJson(canaries) }],
        ['a kubeconfig that is a token', { kubeconfig: `canary-token-${'0'.repeat(24)}` }],
        ['labels that are none', { name: 'one', 'from-env': 'A', labels: environmentJson(canaries) }],
        [
          'annotations that are no mapping',
          {
            name: 'one',
            'from-env': 'A',
            annotations: JSON.stringify(Object.values(environmentOf(canaries))),
          },
        ],
        [
          'variables’ values where their names belong',
          { name: 'one', 'from-env': Object.values(environmentOf(canaries)).join('\n') },
        ],
      ])('%s', async (_what, inputs) => {
        const done = await run(await stage.fresh(), { inputs })
        expect(done.exitCode).toBe(1)
      })

      it('values in a file where something else belongs', async () => {
        const namespace = await stage.fresh()
        const texts = Object.values(environmentOf(canaries))
        const secret = { data: { A: 'x' } }
        const misplaced = [
          configOf({ one: { data: texts } }),
          configOf({ one: texts }),
          configOf(texts),
          configOf({ one: { data: { A: texts } } }),
          configOf({ one: { ...secret, type: texts[0], immutable: texts[1], namespaces: texts[2] } }),
          configOf({ one: { data: Object.fromEntries(texts.map((text) => [`a ${text}`, text])) } }),
          configOf({ one: { data: Object.fromEntries(texts.map((text, n) => [`k${n}`, `\${${text}}`])) } }),
          configOf({
            one: { data: Object.fromEntries(texts.map((text, n) => [`k${n}`, `\${env://A|${text}}`])) },
          }),
          configOf(
            { one: secret },
            { values: Object.fromEntries(texts.map((text, n) => [`v${n}`, { from: text }])) },
          ),
          configOf({
            one: { ...secret, labels: Object.fromEntries(texts.map((text, n) => [`l${n}`, ` ${text}`])) },
          }),
          { '.env': texts.join('\n'), ...configOf({ one: { data: { A: '${dotenv://.env#A}' } } }) },
          { '.github/secretferry.yml': texts.join('\n') },
        ]
        for (const files of some(misplaced, 3)) expect((await run(namespace, { files })).exitCode).toBe(1)
      })
    })

    describe('a write that fails', () => {
      const rows = (
        whole ? FAULT_CASES : oneOfEach(FAULT_CASES.filter(({ inputs }) => inputs === undefined))
      ).flatMap((each) =>
        (['update', 'create'] as const)
          .filter((kind) => each.only === undefined || each.only === kind)
          .filter((kind) => whole || kind === (each.only ?? 'update'))
          .map((kind) => ({ ...each, kind, target: kind === 'update' ? 'bravo' : 'delta' })),
      )

      it.each(some(rows, 2))('$name, at an $kind', async ({ fault, code, inputs = {}, target }) => {
        const namespace = await stage.fresh()
        const former = makeAllCanaries()
        await run(namespace, fiveOf(EXISTING, former), former)
        const made = fault({ stage, namespace, target })
        proxy.set([{ when: (each) => isWrite(each) && strikes(each, target), fault: made, times: 1 }])
        const done = await run(namespace, { ...fiveOf(NAMES, canaries), inputs }, former).finally(() =>
          proxy.set([]),
        )
        expect(done.outputs['error-code'], done.log).toBe(code === 'none' ? '' : code)
      })
    })

    journalLeaks({ stage, proxy: () => proxy, canaries, run, whole })
    verifyLeaks({ stage, proxy: () => proxy, canaries, run, whole }, port)

    describe('a hostile server', () => {
      it.each(some(HOSTILITIES, 6).map((each) => [each.name, each] as const))(
        '%s',
        async (_name, hostility) => {
          const namespace = await stage.fresh()
          const others = hostility.existing === 'changed' ? makeAllCanaries() : canaries
          if (hostility.existing !== undefined)
            await run(namespace, hostileOptions(hostility, others), others)
          const seen = proxy.requests.length
          proxy.set(hostility.rules(canaries))
          await run(namespace, hostileOptions(hostility, canaries), others).finally(() => proxy.set([]))
          const struck = proxy.requests.slice(seen).filter(({ fault }) => fault !== undefined)
          expect(struck).not.toEqual([])
        },
      )
    })

    describe('a kubeconfig', () => {
      it.each(some(KUBECONFIGS, 6).map((each) => [each.name, each] as const))(
        '%s',
        async (_name, { edit, inputs = {} }) => {
          const kubeconfig = editKubeconfig(proxy.kubeconfig(stage.server().admin), (config) =>
            edit(config, textsFor(canaries)),
          )
          const { files } = await arranged('files, bytes as they are', canaries)
          await run(await stage.fresh(), {
            files: { ...files, 'kube.yaml': kubeconfig },
            inputs: { ...inputs, kubeconfig: 'kube.yaml' },
          })
        },
      )

      // The input splits its commands at white space.
      it.skipIf(/\s/.test(process.execPath)).each(some(PLUGINS, 2))(
        'with a log-in command $name',
        async ({ script }) => {
          const { files, env } = await arranged('files, bytes as they are', canaries)
          const kubeconfig = (folder: string): string =>
            editKubeconfig(proxy.kubeconfig(stage.server().admin), (config) => {
              for (const each of config.users)
                each.user = {
                  exec: {
                    apiVersion: 'client.authentication.k8s.io/v1',
                    command: process.execPath,
                    args: [path.join(folder, 'plugin.mjs'), path.join(folder, 'canaries.json')],
                    env: Object.entries(environmentOf(canaries)).map(([name, value]) => ({ name, value })),
                  },
                }
            })
          await run(await stage.fresh(), {
            files,
            env: { ...env, KUBECONFIG: 'kube.yaml' },
            inputs: { kubeconfig: '', 'exec-plugins': process.execPath },
            arrange({ workspace, temp }) {
              writeFileSync(path.join(temp, 'plugin.mjs'), `${PLUGIN_HEAD}${script}\n`)
              writeFileSync(path.join(temp, 'canaries.json'), namedJson(canaries))
              writeFileSync(path.join(workspace, 'kube.yaml'), kubeconfig(temp))
            },
          })
        },
      )
    })

    describe('names that are commands to the runner', () => {
      const oddNames = Object.entries(
        process.platform === 'win32' ? ODD_NAMES : { ...ODD_NAMES, ...ODD_FILES },
      )
      it.each(some(oddNames, 4))('%s', async (_what, optionsOf) => {
        const { env } = await arranged('variables of the environment', canaries)
        const options = optionsOf(await stage.fresh())
        const done = await run(await stage.fresh(), { ...options, env: { ...env, ...options.env } })
        expect(injectionsOf(done)).toEqual([])
      })
    })

    describe('a fault of the action itself', () => {
      it('a summary that can’t be written', async () => {
        const { files, env } = await arranged('variables of the environment', canaries)
        const done = await run(await stage.fresh(), {
          files,
          env: { ...env, GITHUB_STEP_SUMMARY: '/nowhere/summary' },
        })
        expect(done.log).toContain('summary could not be written')
      })

      it.each(some(Object.entries(CRASHES), 2))('%s', async (_what, optionsOf) => {
        const { files, env } = await arranged('variables of the environment', canaries)
        const { env: more, files: added, ...options } = optionsOf(canaries)
        const done = await run(await stage.fresh(), {
          ...options,
          files: { ...files, ...added },
          env: { ...env, ...more },
        })
        expect(done.exitCode, done.log).toBe(1)
      })
    })
  })
}

async function arranged(
  delivery: string,
  canaries: readonly Canary[],
): Promise<Required<Pick<ActionOptions, 'files' | 'env'>>> {
  const { files = {}, env = {} } = (await DELIVERIES[delivery]?.(canaries)) ?? {}
  return { files, env }
}

function oneOfEach<T extends { readonly code: string }>(cases: readonly T[]): readonly T[] {
  return [...Map.groupBy(cases, ({ code }) => code).values()].flatMap(([first]) => first ?? [])
}

function withCanaries(bad: BadInput, canaries: readonly Canary[]): BadInput {
  return {
    ...bad,
    async options(setting) {
      const options = await bad.options(setting)
      const inputs = { kubeconfig: setting.proxied, ...options.inputs }
      return addCanaries({ files: fileOf('A: "${env://VALUE}"'), ...options, inputs }, canaries)
    },
  }
}

function hostileOptions({ config = {}, secrets = 1 }: Hostility, canaries: readonly Canary[]): ActionOptions {
  const declared = { one: { data: dataOfAll(canaries) }, two: { data: { A: 'fixed' } } }
  const files = configOf(secrets === 1 ? { one: declared.one } : declared, config)
  return { files: { ...files, ...filesOf(canaries) }, env: environmentOf(canaries) }
}

function environmentJson(canaries: readonly Canary[]): string {
  return JSON.stringify(environmentOf(canaries), null, 2)
}

function namedJson(canaries: readonly Canary[]): string {
  return JSON.stringify(
    Object.fromEntries(textsOf(canaries).map(({ name, value }) => [name, value.toString('utf8')])),
  )
}

const PLUGIN_HEAD = `import { readFileSync } from 'node:fs'
const canaries = JSON.parse(readFileSync(process.argv[2], 'utf8'))
`

function readTree(place: string, given: Map<string, Uint8Array>): void {
  for (const entry of readdirSync(place, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (entry.isFile())
      given.set(path.relative(path.dirname(place), file).split(path.sep).join('/'), readFileSync(file))
  }
}

const MARK = 'planted-by-a-name'
/** Everything that the runner, a terminal or a reader could take for something else. */
const ODD = `x\r\n::add-mask::${MARK}\n::error::${MARK}\r::stop-commands::${MARK}\n##[error]${MARK}##[group]\u202e\u2066\u200b\u001b[2J`
const ENCODED = encodeURIComponent(ODD)

const ODD_NAMES: Readonly<Record<string, (namespace: string) => ActionOptions>> = {
  'a key of a file': () => ({ files: configOf({ one: { data: { [ODD]: 'x' } } }) }),
  'the name of a Secret': () => ({ files: configOf({ [ODD]: { data: { A: 'x' } } }) }),
  'a label, and an annotation': () => ({
    files: configOf({ one: { data: { A: 'x' }, labels: { [ODD]: ODD }, annotations: { [ODD]: ODD } } }),
  }),
  'the value of an annotation': () => ({
    files: configOf({ one: { data: { A: 'x' }, annotations: { a: ODD } } }),
  }),
  'a file': () => ({ files: configOf({ one: { data: { A: `\${file://${ENCODED}}` } } }) }),
  'a .env file, and a variable of it': () => ({
    files: configOf({ one: { data: { A: `\${dotenv://${ENCODED}#${ENCODED}}` } } }),
  }),
  'a property that is read': () => ({
    files: configOf({ one: { data: { A: `\${env://ODD#${ENCODED}}` } } }),
    env: { ODD: JSON.stringify({ [ODD]: 'a-value-of-a-property' }) },
  }),
  'a property that is absent and optional': () => ({
    files: configOf(
      { one: { data: { A: '${gone}', B: 'x' } } },
      { values: { gone: { from: `env://ODD#${ENCODED}`, optional: 'true' } } },
    ),
    env: { ODD: '{}' },
  }),
  'a variable': () => ({ files: configOf({ one: { data: { A: `\${env://${ENCODED}}` } } }) }),
  'a GitHub secret': () => ({
    files: configOf({ one: { data: { A: `\${github://${ENCODED}}` } } }),
    inputs: { 'github-secrets': JSON.stringify({ [ODD]: 'a-value-of-a-secret' }) },
  }),
  'a Secret of the cluster': () => ({
    files: configOf({ one: { data: { A: `\${kubernetes://${ENCODED}#${ENCODED}}` } } }),
  }),
  'a store, and its kind': () => ({
    files: configOf({ one: { data: { A: 'x' } } }, { stores: { [ODD]: { kind: ODD } } }),
  }),
  'a value': () => ({
    files: configOf({ one: { data: { A: 'x' } } }, { values: { [ODD]: { from: 'env://A' } } }),
  }),
  'an environment': () => ({
    files: configOf({ one: { data: { A: 'x' } } }, { environments: { [ODD]: {} } }),
  }),
  'an environment that is chosen': () => ({
    files: configOf({ one: { data: { A: 'x' } } }, { environments: { [ODD]: {} } }),
    inputs: { environment: ODD },
  }),
  'a set': () => ({ files: configOf({ one: { data: { A: 'x' } } }), inputs: { set: ODD } }),
  'a namespace': () => ({ files: configOf({ one: { data: { A: 'x' } } }), inputs: { namespace: ODD } }),
  'a context': () => ({ files: configOf({ one: { data: { A: 'x' } } }), inputs: { context: ODD } }),
  'a configuration file': () => ({ inputs: { config: ODD } }),
  'an audit log': () => ({
    files: configOf({ one: { data: { A: 'x' } } }),
    inputs: { 'audit-log': `${ODD}/x` },
  }),
  'an unknown input': () => ({ inputs: { [`x${ODD.replaceAll('\u0000', '')}`]: 'x' } }),
  'a registry': () => ({
    files: configOf({ one: { type: 'registry', registries: { [ODD]: { username: 'a', password: 'b' } } } }),
  }),
  'a repository': () => ({
    files: configOf({ one: { data: { A: 'x' } } }),
    env: { GITHUB_REPOSITORY: ODD, GITHUB_ACTOR: ODD },
  }),
}

/** A name that file systems take, Windows apart. */
const FILE_NAME = ODD.replaceAll('/', '')

/** Files that are there, by that name. */
const ODD_FILES: typeof ODD_NAMES = {
  'a .env file that is there': () => ({
    files: {
      ...configOf({ one: { data: { A: `\${dotenv://${encodeURIComponent(FILE_NAME)}#A}` } } }),
      [FILE_NAME]: 'A',
    },
  }),
  'a file that is read': () => ({
    files: {
      ...configOf({ one: { data: { A: `\${file://${encodeURIComponent(FILE_NAME)}}` } } }),
      [FILE_NAME]: 'a-value-of-a-file',
    },
  }),
  'a configuration file that is wrong': () => ({
    inputs: { config: FILE_NAME },
    files: { [FILE_NAME]: 'version: 1\nsecrets: x' },
  }),
}

/** What the names made the runner do, and what of them reached the log unescaped. */
function injectionsOf(run: ActionRun): readonly string[] {
  return [
    ...run.masks.filter((mask) => mask.startsWith(MARK)).map(() => 'a mask'),
    ...run.annotations
      .filter(({ message }) => message.startsWith(MARK))
      .map(({ level }) => `an annotation: ${level}`),
    ...run.complaints,
    ...(/[\u202e\u2066\u200b\u001b]/.test(run.lines.map(({ raw }) => raw).join(''))
      ? ['characters that hide others']
      : []),
    ...run.lines
      .filter(({ raw }) => raw.startsWith(`##[error]${MARK}`) || raw.startsWith('::'))
      .map(({ raw }) => `a line: ${raw}`),
  ]
}

const CRASHES: Readonly<Record<string, (canaries: readonly Canary[]) => ActionOptions>> = {
  'outputs that can’t be written': () => ({ env: { GITHUB_OUTPUT: '/nowhere/output' } }),
  'a folder for the plan that is not there': () => ({ env: { RUNNER_TEMP: '/nowhere/temp' } }),
  'a payload that is not JSON': (canaries) => ({
    event: { name: 'pull_request_target' },
    files: { 'event.json': environmentJson(canaries).slice(0, -1) },
    env: { GITHUB_EVENT_PATH: 'event.json' },
  }),
  ...Object.fromEntries(
    [
      'throw error',
      'Promise.reject(error)',
      'throw error.message',
      'process.emitWarning(error); throw error',
      'throw { toString() { throw error } }',
    ].map((thrown) => [
      `uncaught: ${thrown}`,
      (canaries: readonly Canary[]): ActionOptions => ({
        nodeArgs: ['--import', './crash.mjs'],
        files: { 'crash.mjs': crashing(thrown, canaries) },
      }),
    ]),
  ),
}

/** A module that lets something be thrown as soon as the action listens for it: its message holds every canary. */
function crashing(thrown: string, canaries: readonly Canary[]): string {
  const message = Object.values(environmentOf(canaries)).map(
    (text) => `${text}\n    at ${text} (${text}:1:1)`,
  )
  const source = `
    const error = new Error(${JSON.stringify(message.join('\n'))}, { cause: ${JSON.stringify(message)} })
    process.on('newListener', (name) => {
      if (name === 'unhandledRejection') setImmediate(() => { ${thrown} })
    })`
  return source
}
