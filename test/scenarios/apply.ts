import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { identifySet } from '../../src/kubernetes/set.ts'
import type { TestServer } from '../support/server.ts'
import { useStage } from './stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`

const FILE = `
version: 1
values:
  db-password: { from: env://DB_PASSWORD }
  redis-password: { from: env://REDIS_PASSWORD, optional: true }
secrets:
  backend-secrets:
    data:
      DB_URI: postgresql://aura:\${db-password|uri}@postgres:5432/aura_db
      REDIS_URL: redis://:\${redis-password|uri}@redis:6379/0
      CODE: 0123
  postgres-secrets:
    labels: { team: data }
    data:
      postgres-user: aura
      postgres-password: \${db-password}
`

/** What a deploy does when all is well, whole runs of the action on a server. */
export function applyScenarios(name: string, start: () => Promise<TestServer>): void {
  describe(`apply on ${name}`, () => {
    const stage = useStage(start)

    it('makes one Secret of the step’s environment, with inputs alone', async () => {
      const namespace = await stage.fresh()
      const password = `${word()} "quoted" 'n $HOME & %0A`
      const run = await stage.run(namespace, {
        inputs: { name: 'connectivity-secrets', 'from-env': 'DJANGO_PASSWORD=ADMIN_PASSWORD\nADMIN_EMAIL' },
        env: { ADMIN_PASSWORD: password, ADMIN_EMAIL: 'admin@example.com' },
      })
      expect(run).toMatchObject({ exitCode: 0, stderr: '' })
      expect(run.outputs).toMatchObject({
        changed: 'true',
        created: JSON.stringify([`${namespace}/connectivity-secrets`]),
        updated: '[]',
        'error-code': '',
      })
      const held = await stage.held(namespace, 'connectivity-secrets')
      expect(held?.data).toEqual({ DJANGO_PASSWORD: password, ADMIN_EMAIL: 'admin@example.com' })
      expect(held?.type).toBe('Opaque')
      expect(held?.labels).toEqual({
        'app.kubernetes.io/managed-by': 'secretferry',
        'secretferry.github.io/set': identifySet('octo/app').digest,
      })
      expect(held?.annotations['secretferry.github.io/set']).toBe('octo/app')
      expect(JSON.parse(run.file(run.outputs['plan'] ?? '') ?? '{}')).toMatchObject({
        set: 'octo/app',
        changes: [{ name: 'connectivity-secrets', action: 'create' }],
      })
      expect(run.summary).toContain('| `' + namespace + '/connectivity-secrets` | | create |')
    })

    it('writes nothing the second time, and only what changed the third', async () => {
      const namespace = await stage.fresh()
      const files = { '.github/secretferry.yml': FILE }
      const env = { DB_PASSWORD: `${word()}@/: x`, REDIS_PASSWORD: word() }
      const first = await stage.run(namespace, { files, env })
      expect(first.exitCode, first.log).toBe(0)
      const backend = await stage.held(namespace, 'backend-secrets')
      expect(backend?.data).toEqual({
        DB_URI: `postgresql://aura:${encodeURIComponent(env.DB_PASSWORD)}@postgres:5432/aura_db`,
        REDIS_URL: `redis://:${env.REDIS_PASSWORD}@redis:6379/0`,
        CODE: '0123',
      })
      const before = await stage.held(namespace, 'postgres-secrets')

      const second = await stage.run(namespace, { files, env, event: { name: 'push' } })
      expect(second.outputs).toMatchObject({ changed: 'false', created: '[]', updated: '[]' })
      expect((await stage.held(namespace, 'backend-secrets'))?.resourceVersion).toBe(backend?.resourceVersion)

      const third = await stage.run(namespace, { files, env: { ...env, REDIS_PASSWORD: word() } })
      expect(third.outputs).toMatchObject({
        updated: JSON.stringify([`${namespace}/backend-secrets`]),
        unchanged: JSON.stringify([`${namespace}/postgres-secrets`]),
      })
      expect((await stage.held(namespace, 'postgres-secrets'))?.resourceVersion).toBe(before?.resourceVersion)
      const revisions = JSON.parse(backend?.annotations['secretferry.github.io/revisions'] ?? '') as object
      const after = await stage.held(namespace, 'backend-secrets')
      const now = JSON.parse(after?.annotations['secretferry.github.io/revisions'] ?? '') as Record<
        string,
        string
      >
      expect(now).toMatchObject({ ...revisions, REDIS_URL: now['REDIS_URL'] })
      expect(now['REDIS_URL']).not.toBe((revisions as Record<string, string>)['REDIS_URL'])
    })

    it('keeps a live key while its optional value is absent, and removes a key that is no longer declared', async () => {
      const namespace = await stage.fresh()
      const env = { DB_PASSWORD: word(), REDIS_PASSWORD: word() }
      await stage.run(namespace, { files: { '.github/secretferry.yml': FILE }, env })
      const without = FILE.replace(/.*CODE.*\n/, '')
      const run = await stage.run(namespace, {
        files: { '.github/secretferry.yml': without },
        env: { DB_PASSWORD: env.DB_PASSWORD },
      })
      expect(run.exitCode, run.log).toBe(0)
      const held = await stage.held(namespace, 'backend-secrets')
      expect(Object.keys(held?.data ?? {}).sort()).toEqual(['DB_URI', 'REDIS_URL'])
      expect(held?.data['REDIS_URL']).toBe(`redis://:${env.REDIS_PASSWORD}@redis:6379/0`)
      expect(
        run.annotations
          .filter(({ level }) => level === 'notice')
          .map(({ message }) => message)
          .join(),
      ).toContain('redis-password')
    })

    it('plans and validates in a dry run, and writes nothing', async () => {
      const namespace = await stage.fresh()
      const run = await stage.run(namespace, {
        inputs: { 'dry-run': 'true' },
        files: { '.github/secretferry.yml': FILE },
        env: { DB_PASSWORD: word() },
      })
      expect(run).toMatchObject({ exitCode: 0, outputs: { changed: 'true' } })
      expect(await stage.snapshot(namespace)).toEqual({})
    })

    it('creates a missing namespace only when told, and keeps it', async () => {
      const namespace = `ns-${randomBytes(5).toString('hex')}`
      const options = {
        files: { '.github/secretferry.yml': FILE },
        env: { DB_PASSWORD: word(), REDIS_PASSWORD: word() },
      }
      const refused = await stage.run(namespace, options)
      expect(refused.outputs['error-code']).toBe('NAMESPACE_MISSING')
      expect(refused.log).toContain(`kubectl create namespace ${namespace}`)
      const run = await stage.run(namespace, { ...options, inputs: { 'create-namespace': 'true' } })
      expect(run.exitCode, run.log).toBe(0)
      expect((await stage.held(namespace, 'postgres-secrets'))?.data['postgres-user']).toBe('aura')
    })

    it('reports what is wrong with values and with the cluster together', async () => {
      const namespace = `ns-${randomBytes(5).toString('hex')}`
      const run = await stage.run(namespace, { files: { '.github/secretferry.yml': FILE } })
      expect(run.outputs['error-code']).toBe('VALUE_MISSING')
      expect(run.log).toContain('env://DB_PASSWORD')
      expect(run.log).toContain(`kubectl create namespace ${namespace}`)
    })

    it('makes a Secret immutable, takes it as it is again, and refuses to change it', async () => {
      const namespace = await stage.fresh()
      const inputs = { name: 'frozen', 'from-env': 'A', immutable: 'true' }
      const env = { A: word() }
      expect((await stage.run(namespace, { inputs, env })).exitCode).toBe(0)
      expect((await stage.held(namespace, 'frozen'))?.immutable).toBe(true)
      expect((await stage.run(namespace, { inputs, env })).outputs['changed']).toBe('false')
      const refused = await stage.run(namespace, { inputs, env: { A: word() } })
      expect(refused.outputs['error-code']).toBe('IMMUTABLE')
      expect((await stage.held(namespace, 'frozen'))?.data).toEqual(env)
    })

    it('works with a Role that names its Secrets, and says exactly what a lesser one lacks', async () => {
      const namespace = await stage.fresh()
      const journal = `secretferry-journal-${identifySet('octo/app').digest}`
      const resourceNames = ['backend-secrets', 'postgres-secrets']
      const options = {
        files: { '.github/secretferry.yml': FILE },
        env: { DB_PASSWORD: word(), REDIS_PASSWORD: word() },
      }
      const verbs = ['get', 'create', 'patch', 'update', 'delete']
      const scope = { namespaces: [namespace] }
      const lesser = await stage
        .server()
        .user(
          `lesser-${namespace}`,
          [{ resources: ['secrets'], verbs: ['get', 'create', 'patch'], resourceNames }],
          scope,
        )
      const refused = await stage.run(namespace, { ...options, inputs: { kubeconfig: lesser } })
      expect(refused.outputs['error-code']).toBe('FORBIDDEN')
      expect(refused.log).toContain(
        `{apiGroups: [""], resources: [secrets], verbs: [update, delete], resourceNames: [backend-secrets, postgres-secrets]}, {apiGroups: [""], resources: [secrets], verbs: [get, create, patch], resourceNames: [${journal}]}`,
      )
      expect(await stage.snapshot(namespace)).toEqual({})
      const full = await stage
        .server()
        .user(
          `full-${namespace}`,
          [{ resources: ['secrets'], verbs, resourceNames: [...resourceNames, journal] }],
          scope,
        )
      const run = await stage.run(namespace, { ...options, inputs: { kubeconfig: full } })
      expect(run.exitCode, run.log).toBe(0)
      const again = await stage.run(namespace, {
        ...options,
        env: { ...options.env, DB_PASSWORD: word() },
        inputs: { kubeconfig: full },
      })
      expect(again.exitCode, again.log).toBe(0)
    })

    it('takes a kubeconfig as YAML, as base64 and as a path', async () => {
      const namespace = await stage.fresh()
      const { admin } = stage.server()
      const inputs = { name: 'one', 'from-env': 'A' }
      const env = { A: word() }
      const forms = [admin, Buffer.from(admin).toString('base64'), 'kube.yaml']
      for (const kubeconfig of forms) {
        const run = await stage.run(namespace, {
          inputs: { ...inputs, kubeconfig },
          env,
          files: { 'kube.yaml': admin },
        })
        expect(run.exitCode, run.log).toBe(0)
      }
      const byVariable = await stage.run(namespace, {
        inputs: { ...inputs, kubeconfig: '' },
        env: { ...env, KUBECONFIG: 'kube.yaml' },
        files: { 'kube.yaml': admin },
      })
      expect(byVariable.exitCode, byVariable.log).toBe(0)
    })

    it('ends as it would when nobody reads its output any more', async () => {
      const namespace = await stage.fresh()
      const run = await stage.run(namespace, {
        inputs: { name: 'one', 'from-env': 'A' },
        env: { A: word() },
        started: (child) => child.stdout?.destroy(),
      })
      expect(run).toMatchObject({ exitCode: 0, timedOut: false })
      expect(run.outputs['changed']).toBe('true')
    })

    it('writes an audit log with the API server’s own ids', async () => {
      const namespace = await stage.fresh()
      const run = await stage.run(namespace, {
        inputs: { name: 'one', 'from-env': 'A', 'audit-log': 'audit.jsonl' },
        env: { A: word() },
      })
      const lines = (run.file('workspace/audit.jsonl') ?? '')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(lines).toMatchObject([
        {
          level: 'info',
          namespace,
          name: 'one',
          action: 'create',
          keys: [{ key: 'A', action: 'added' }],
          set: 'octo/app',
        },
        { level: 'info', message: 'run applied' },
      ])
      expect(lines[0]?.['request_id']).toMatch(/^[0-9a-f-]{36}$/)
    })

    it.each([
      [
        'another set',
        {
          labels: { 'secretferry.github.io/set': '0000000000000000' },
          annotations: { 'secretferry.github.io/set': 'octo/other' },
        },
        'the set octo/other',
      ],
      ['Helm', { annotations: { 'meta.helm.sh/release-name': 'shop' } }, 'Helm (shop)'],
      ['Argo CD', { annotations: { 'argocd.argoproj.io/tracking-id': 'app:/Secret' } }, 'Argo CD'],
      ['Flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, 'Flux (apps)'],
      [
        'an owner',
        {
          // Of a kind that no server has: the garbage collector deletes what misses an owner of a kind that it knows.
          ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'KeptSecret', name: 'one', uid: '1' }],
          finalizers: ['example.com/keep'],
        },
        'KeptSecret one',
      ],
      ['a person', {}, 'whoever made it with somebody'],
    ])('leaves a Secret of %s alone, even where the keys are equal', async (_who, metadata, owner) => {
      const namespace = await stage.fresh()
      const env = { A: word() }
      await stage.server().request('POST', `/api/v1/namespaces/${namespace}/secrets?fieldManager=somebody`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'one', ...metadata },
        data: { A: Buffer.from(env.A).toString('base64') },
      })
      const before = await stage.snapshot(namespace)
      const run = await stage.run(namespace, { inputs: { name: 'one', 'from-env': 'A' }, env })
      expect(run.outputs['error-code']).toBe('OWNED_BY_OTHER')
      expect(run.log).toContain(owner)
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it('names the manager and the keys of a conflict', async () => {
      const namespace = await stage.fresh()
      const inputs = { name: 'one', 'from-env': 'A' }
      await stage.run(namespace, { inputs, env: { A: word() } })
      await stage.server().request(
        'PATCH',
        `/api/v1/namespaces/${namespace}/secrets/one?fieldManager=other-tool&force=true`,
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'one' },
          data: { A: Buffer.from(word()).toString('base64') },
        }),
        'application/apply-patch+yaml',
      )
      const before = await stage.snapshot(namespace)
      const run = await stage.run(namespace, { inputs, env: { A: word() } })
      expect(run.outputs['error-code']).toBe('CONFLICT')
      expect(run.log).toContain('.data.A is owned by other-tool')
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it('refuses another cluster than the one that the file names', async () => {
      const namespace = await stage.fresh()
      const file = `cluster: { uid: 00000000-0000-0000-0000-000000000000 }\n${FILE}`
      const run = await stage.run(namespace, {
        files: { '.github/secretferry.yml': file },
        env: { DB_PASSWORD: word() },
      })
      expect(run.outputs['error-code']).toBe('CLUSTER_MISMATCH')
      const { body }: { body: unknown } = await stage
        .server()
        .request('GET', '/api/v1/namespaces/kube-system')
      const { metadata } = body as { metadata: { uid: string } }
      const right = await stage.run(namespace, {
        files: { '.github/secretferry.yml': file.replace(/0{8}[-0]*/, metadata.uid) },
        env: { DB_PASSWORD: word() },
      })
      expect(right.exitCode, right.log).toBe(0)
    })

    it('sums the quota over the plan, which the server’s dry runs do not', async () => {
      const namespace = await stage.fresh()
      const path = `/api/v1/namespaces/${namespace}/resourcequotas`
      await stage.server().request('POST', path, {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'few' },
        spec: { hard: { 'count/secrets': '1' } },
      })
      await stage
        .server()
        .request(
          'PATCH',
          `${path}/few/status`,
          { status: { hard: { 'count/secrets': '1' }, used: { 'count/secrets': '0' } } },
          'application/merge-patch+json',
        )
      const run = await stage.run(namespace, {
        files: { '.github/secretferry.yml': FILE },
        env: { DB_PASSWORD: word() },
      })
      expect(run.outputs['error-code']).toBe('QUOTA_EXCEEDED')
      expect(run.log).toContain('few')
      expect(await stage.snapshot(namespace)).toEqual({})
    })

    it('finishes what an interrupted restore left under its own name', async () => {
      const namespace = await stage.fresh()
      const inputs = { name: 'one', 'from-env': 'A' }
      const env = { A: word() }
      await stage.run(namespace, { inputs, env })
      const held = await stage.held(namespace, 'one')
      const raw = held?.raw as { data: Record<string, string> }
      const { manager } = identifySet('octo/app')
      await stage
        .server()
        .request('PUT', `/api/v1/namespaces/${namespace}/secrets/one?fieldManager=${manager}`, {
          ...raw,
          data: { A: 'aGFsZg==' },
        })
      const run = await stage.run(namespace, { inputs, env })
      expect(run.exitCode, run.log).toBe(0)
      const after = await stage.held(namespace, 'one')
      expect(after?.data).toEqual(env)
      expect((await stage.run(namespace, { inputs, env })).outputs['changed']).toBe('false')
    })

    it('takes marks of other tools that the user sets himself for no sign of them', async () => {
      const namespace = await stage.fresh()
      const inputs = {
        name: 'one',
        'from-env': 'A',
        labels: 'argocd.argoproj.io/instance: shop',
        annotations: 'sealedsecrets.bitnami.com/managed: "true"',
      }
      for (const changed of ['true', 'true', 'false']) {
        const env = {
          A: changed === 'true' ? word() : ((await stage.held(namespace, 'one'))?.data['A'] ?? ''),
        }
        const run = await stage.run(namespace, { inputs, env })
        expect(run.exitCode, run.log).toBe(0)
        expect(run.outputs['changed']).toBe(changed)
      }
    })

    it('tells of a Secret that it does not make, because all its values are optional and absent', async () => {
      const namespace = await stage.fresh()
      const run = await stage.run(namespace, {
        files: {
          '.github/secretferry.yml': `${FILE}  redis-secrets:\n    data: { redis-password: '\${redis-password}' }\n`,
        },
        env: { DB_PASSWORD: word() },
      })
      expect(run.exitCode, run.log).toBe(0)
      expect(run.log).toContain(
        `= ${namespace}/redis-secrets: all its values are optional and absent: not made`,
      )
      expect(run.summary).toContain('| `' + namespace + '/redis-secrets` | | skipped |')
      expect(JSON.parse(run.outputs['results'] ?? '[]')).toContainEqual(
        expect.objectContaining({ name: 'redis-secrets', action: 'skipped' }),
      )
      expect(await stage.held(namespace, 'redis-secrets')).toBeUndefined()
    })

    it('finds before the first write that the audit log can’t be written, and reports all the same', async () => {
      const namespace = await stage.fresh()
      const run = await stage.run(namespace, {
        inputs: { name: 'one', 'from-env': 'A', 'audit-log': 'none/audit.jsonl' },
        env: { A: word() },
      })
      expect(run).toMatchObject({ exitCode: 1, stderr: '' })
      expect(run.outputs).toMatchObject({ changed: 'false', 'error-code': 'CONFIG_NOT_FOUND' })
      expect(run.summary).toContain('none/audit.jsonl')
      expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1)
      expect(await stage.snapshot(namespace)).toEqual({})
    })

    it('loses no report where the audit log or the summary can’t be written at the end', async () => {
      const namespace = await stage.fresh()
      const audit = 'logs/audit.jsonl'
      const run = await stage.run(namespace, {
        inputs: { name: 'one', 'from-env': 'A', 'audit-log': audit },
        env: { A: word(), GITHUB_STEP_SUMMARY: '/dev/null/none' },
        files: { [audit]: '' },
      })
      expect(run).toMatchObject({ exitCode: 0, stderr: '' })
      expect(run.outputs).toMatchObject({ changed: 'true', 'error-code': '' })
      expect(run.file(`workspace/${audit}`)).toContain('run applied')
      expect(run.annotations.map(({ level, message }) => [level, message])).toEqual([
        ['warning', expect.stringContaining('the job summary could not be written') as string],
      ])

      const failing = await stage.run(namespace, {
        inputs: { name: 'two', 'from-env': 'A', 'audit-log': 'audit.jsonl' },
        env: { A: word() },
        nodeArgs: [
          '--import',
          preload(`
          const open = fs.open
          let times = 0
          fs.open = (path, ...rest) => String(path).endsWith('audit.jsonl') && times++ > 0
            ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
            : open(path, ...rest)`),
        ],
      })
      expect(failing.exitCode).toBe(1)
      expect(failing.outputs).toMatchObject({ changed: 'true', 'error-code': 'CONFIG_NOT_FOUND' })
      expect(failing.summary).toContain('Secrets applied: 1 created')
      expect(failing.summary).toContain('ENOSPC')
      expect(failing.file(failing.outputs['plan'] ?? '')).toContain('"two"')
    })

    it('does not end without a word where it waits for what never comes', async () => {
      const namespace = await stage.fresh()
      const run = await stage.run(namespace, {
        inputs: { name: 'one', 'from-env': 'A', 'audit-log': 'audit.jsonl', timeout: '1s' },
        env: { A: word() },
        nodeArgs: [
          '--import',
          preload(`
          const open = fs.open
          let times = 0
          fs.open = (path, ...rest) => String(path).endsWith('audit.jsonl') && times++ === 0
            ? new Promise(() => undefined)
            : open(path, ...rest)
          const later = globalThis.setTimeout
          globalThis.setTimeout = (call, ms, ...rest) => later(call, Math.min(ms, 200), ...rest)`),
        ],
      })
      expect(run.exitCode).toBe(1)
      expect(run.outputs['error-code']).toBe('BUG')
      expect(run.log).toContain('it waits for something that never comes')
      expect(run.summary).toContain('it waits for something that never comes')
      expect(run.file('workspace/audit.jsonl')).toContain('run failed')
    })
  })
}

/** A module that changes `node:fs/promises` before the action is loaded. */
function preload(body: string): string {
  const text = `import fs from 'node:fs/promises'\nimport { syncBuiltinESMExports } from 'node:module'\n${body}\nsyncBuiltinESMExports()`
  return `data:text/javascript,${encodeURIComponent(text)}`
}
