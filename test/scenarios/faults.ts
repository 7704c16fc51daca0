import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWrite, status, type Fault, type ProxyRequest } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { sample } from './sample.ts'
import { useStage, type Stage } from './stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`
export const NAMES = ['alpha', 'bravo', 'charlie', 'delta', 'echo']
/** The first three are there before: an apply of all five creates two and updates three. */
export const EXISTING = NAMES.slice(0, 3)

export interface FaultCase {
  readonly name: string
  /** Made anew for each target: `meanwhile` has to know whom it is faster than. */
  readonly fault: (at: { stage: Stage; namespace: string; target: string }) => Fault
  readonly code: string
  readonly inputs?: Readonly<Record<string, string>>
  /** Whether somebody else's change to the target is expected to stay. */
  readonly foreign?: boolean
  readonly only?: 'create' | 'update'
}

const answer =
  (...given: Parameters<typeof status>) =>
  (): Fault => ({ kind: 'answer', answer: status(...given) })

/** Everything that goes wrong with one write. */
export const FAULT_CASES: readonly FaultCase[] = [
  {
    name: '403 forbidden',
    code: 'FORBIDDEN',
    fault: answer(403, 'Forbidden', {
      message: 'secrets "x" is forbidden: User "u" cannot patch resource "secrets"',
    }),
  },
  {
    name: '409 conflict of field managers',
    code: 'CONFLICT',
    fault: answer(409, 'Conflict', {
      details: {
        causes: [
          { reason: 'FieldManagerConflict', field: '.data.A', message: 'conflict with "other" using v1' },
        ],
      },
    }),
  },
  {
    name: '409 because somebody changed it meanwhile',
    code: 'STALE',
    foreign: true,
    only: 'update',
    fault: ({ stage, namespace, target }) => ({
      kind: 'meanwhile',
      act: () => touch(stage, namespace, target),
    }),
  },
  {
    name: '422 invalid',
    code: 'REJECTED',
    fault: answer(422, 'Invalid', {
      details: { causes: [{ reason: 'FieldValueInvalid', field: 'data[A]', message: 'Invalid value' }] },
    }),
  },
  { name: '500 of the API server', code: 'REJECTED', fault: answer(500, 'InternalError') },
  {
    name: '500 after it was done',
    code: 'none',
    fault: () => ({ kind: 'answer', takesEffect: true, answer: status(500, 'InternalError') }),
  },
  {
    name: 'cut before it was done',
    code: 'CLUSTER_UNREACHABLE',
    fault: () => ({ kind: 'swallow' }),
  },
  { name: 'cut after it was done', code: 'none', fault: () => ({ kind: 'cut-after' }) },
  { name: 'cut in the middle of the answer', code: 'none', fault: () => ({ kind: 'cut-answer' }) },
  {
    name: 'no answer until the time limit',
    code: 'TIMEOUT',
    inputs: { timeout: '4s' },
    fault: () => ({ kind: 'hang' }),
  },
  {
    name: 'over quota',
    code: 'QUOTA_EXCEEDED',
    only: 'create',
    fault: answer(403, 'Forbidden', {
      message: 'secrets "x" is forbidden: exceeded quota: few, requested: count/secrets=1',
    }),
  },
  {
    name: 'a webhook that refuses',
    code: 'WEBHOOK_DENIED',
    fault: answer(400, 'BadRequest', {
      message: 'admission webhook "deny.example.com" denied the request: because',
    }),
  },
  {
    name: 'a lost race',
    code: 'STALE',
    foreign: true,
    only: 'create',
    fault: ({ stage, namespace, target }) => ({
      kind: 'meanwhile',
      act: () => make(stage, namespace, target),
    }),
  },
  {
    name: 'a server that is dead for a while',
    code: 'none',
    fault: () => ({ kind: 'die', forMs: 1500, takesEffect: true }),
  },
]

/**
 * An apply of five Secrets in which one write goes wrong: afterwards all is as before, or all is done. `whole` tries each
 * fault at an update and at a create (settling a create that was cut takes 36 s), else each at one of them.
 */
export function faultScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole }: { whole: boolean },
): void {
  describe(`a write that fails, on ${name}`, () => {
    const stage = useStage(start)
    let proxy: FaultProxy
    beforeAll(async () => {
      proxy = await startFaultProxy(stage.server())
    })
    afterAll(() => proxy.stop())

    const rows = FAULT_CASES.flatMap((each) =>
      (['update', 'create'] as const)
        .filter((kind) => each.only === undefined || each.only === kind)
        .filter((kind) => whole || kind === (each.only ?? 'update'))
        .map((kind) => ({ ...each, kind, target: kind === 'update' ? 'bravo' : 'delta' })),
    )

    it.each(sample(rows, whole, 2))(
      '$name, at an $kind',
      async ({ fault, code, inputs, target, foreign }) => {
        const namespace = await stage.fresh()
        await deploy(stage, namespace, { names: EXISTING })
        const before = await stage.snapshot(namespace)
        proxy.set([
          {
            when: (request) => isWrite(request) && strikes(request, target),
            fault: fault({ stage, namespace, target }),
            times: 1,
          },
        ])
        const run = await deploy(stage, namespace, {
          names: NAMES,
          inputs: { ...inputs, kubeconfig: proxy.kubeconfig(stage.server().admin) },
        })
        proxy.set([])
        const after = await stage.snapshot(namespace)
        if (code === 'none') {
          expect(run.exitCode, run.log).toBe(0)
          expect(Object.keys(after).sort()).toEqual(NAMES)
          return
        }
        expect(run.outputs['error-code'], run.log).toBe(code)
        expect(omit(after, foreign === true ? target : '')).toEqual(
          omit(before, foreign === true ? target : ''),
        )
        expect(run.outputs).toMatchObject({ changed: 'false', created: '[]', updated: '[]' })
        checkReport(run, { before, after })
      },
    )

    it.runIf(whole)('says what it does not know when the server stays dead', async () => {
      const namespace = await stage.fresh()
      await deploy(stage, namespace, { names: EXISTING })
      proxy.set([
        {
          when: (request) => isWrite(request) && strikes(request, 'bravo'),
          fault: { kind: 'die', takesEffect: true },
          times: 1,
        },
      ])
      const run = await deploy(stage, namespace, {
        names: NAMES,
        inputs: { kubeconfig: proxy.kubeconfig(stage.server().admin), timeout: '30s' },
      })
      proxy.set([])
      await proxy.revive()
      expect(run.outputs['error-code'], run.log).toBe('RESTORE_INCOMPLETE')
      expect(run.log).toContain(`${namespace}/bravo: state UNKNOWN`)
      const healed = await deploy(stage, namespace, { names: NAMES })
      expect(healed.exitCode, healed.log).toBe(0)
    })
  })
}

export function strikes({ method, path }: ProxyRequest, target: string): boolean {
  return method === 'PATCH' && path.endsWith(`/secrets/${target}`)
}

/** A run that gives every named Secret a new value. */
function deploy(
  stage: Stage,
  namespace: string,
  { names, inputs = {} }: { names: readonly string[]; inputs?: Readonly<Record<string, string>> },
): Promise<ActionRun> {
  const secrets = names.map((name) => `  ${name}: { data: { A: "\${env://A}", B: fixed } }`).join('\n')
  const files = { '.github/secretferry.yml': `version: 1\nsecrets:\n${secrets}\n` }
  return stage.run(namespace, { files, inputs, env: { A: word() } })
}

/** Every word of the report about an object is held against the objects. */
function checkReport(run: ActionRun, { before, after }: { before: object; after: object }): void {
  const words = new Map(
    [...run.log.matchAll(/^\s+ns-\w+\/(\w+): (.+)$/gm)].map(([, name = '', word = '']) => [name, word]),
  )
  expect([...words.keys()].sort()).toEqual(NAMES)
  for (const [name, word] of words) {
    if (/^(not written|never written|put back as it was)$/.test(word)) continue
    if (word === 'created and deleted again') expect(Object.keys(after)).not.toContain(name)
    else expect([name, word, Object.keys(before)]).toEqual('a word that is expected here')
  }
}

function omit(objects: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(objects).filter(([key]) => key !== name))
}

function touch(stage: Stage, namespace: string, target: string): Promise<unknown> {
  const body = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: target, annotations: { 'example.com/touched': 'yes' } },
  }
  const path = `/api/v1/namespaces/${namespace}/secrets/${target}?fieldManager=somebody`
  return stage.server().request('PATCH', path, JSON.stringify(body), 'application/apply-patch+yaml')
}

function make(stage: Stage, namespace: string, target: string): Promise<unknown> {
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: target }, data: { OTHER: 'b3RoZXI=' } }
  return stage.server().request('POST', `/api/v1/namespaces/${namespace}/secrets?fieldManager=somebody`, body)
}
