import { describe, expect, it } from 'vitest'
import type { TestServer } from '../support/server.ts'
import { useStage } from './stage.ts'

const MANAGED = 'sealedsecrets.bitnami.com/managed'

function config(deliver: string, more = ''): Readonly<Record<string, string>> {
  return {
    '.github/secretferry.yml': `version: 1\ndeliver: ${deliver}\nset: test/hand-over\nsecrets: { s: { data: { A: "\${env://A}", B: text }${more} } }\n`,
  }
}

/** Secrets that were written directly go to an operator, and come back, and never lack a key on the way. */
export function handOverScenarios(server: string, start: () => Promise<TestServer>): void {
  describe(`handing over on ${server}`, () => {
    const stage = useStage(start)
    const run = (namespace: string, files: Readonly<Record<string, string>>, inputs = {}) =>
      stage.run(namespace, { files, inputs, env: { A: 'p@ss-one' } })

    it('to Sealed Secrets by an annotation that is nobody’s of ours, and back by name', async () => {
      const namespace = await stage.fresh()
      await run(namespace, config('apply'))
      const before = await stage.held(namespace, 's')
      const dry = await run(namespace, config('sealed-secret'), { 'dry-run': 'true' })
      expect(dry.log).toContain('1 would be handed over to the Sealed Secrets controller')
      expect((await stage.held(namespace, 's'))?.resourceVersion).toBe(before?.resourceVersion)
      const handed = await run(namespace, config('sealed-secret'))
      expect(handed.log).toContain(`${namespace}/s: as it was, and marked as theirs for the taking`)
      expect(handed.outputs['updated']).toBe(JSON.stringify([`${namespace}/s`]))
      const after = await stage.held(namespace, 's')
      expect(after).toMatchObject({ data: before?.data, type: before?.type, labels: before?.labels })
      expect(after?.annotations).toEqual({ ...before?.annotations, [MANAGED]: 'true' })
      const again = await run(namespace, config('sealed-secret'))
      expect([again.outputs['changed'], (await stage.held(namespace, 's'))?.resourceVersion]).toEqual([
        'false',
        after?.resourceVersion,
      ])
      const refused = await run(namespace, config('apply'))
      expect(refused.outputs['error-code']).toBe('OWNED_BY_OTHER')
      expect(refused.log).toContain('sealed-secrets')
      const back = await run(namespace, config('apply'), { 'adopt-from': 'sealed-secrets' })
      expect(back.exitCode).toBe(0)
      const own = await stage.held(namespace, 's')
      expect(own?.data).toEqual(before?.data)
      expect(own?.annotations[MANAGED]).toBeUndefined()
    })

    it('to External Secrets, which takes a Secret as it finds it', async () => {
      const namespace = await stage.fresh()
      await run(namespace, config('apply'))
      const before = await stage.held(namespace, 's')
      const handed = await run(namespace, config('external-secret'))
      expect(handed.log).toContain(`${namespace}/s: as it was, and theirs for the taking`)
      expect((await stage.held(namespace, 's'))?.resourceVersion).toBe(before?.resourceVersion)
    })

    it('says what is not there yet', async () => {
      const namespace = await stage.fresh()
      const handed = await run(namespace, config('external-secret'))
      expect(handed.log).toContain(`${namespace}/s: not there yet`)
      expect(handed.exitCode).toBe(0)
    })

    it.each([
      [
        'a type that no controller can change',
        config('sealed-secret', ', type: example.com/other'),
        'IMMUTABLE',
      ],
      [
        'another set’s Secret',
        {
          '.github/secretferry.yml': (config('sealed-secret')['.github/secretferry.yml'] ?? '').replace(
            'set: test/hand-over',
            'set: test/other',
          ),
        },
        'OWNED_BY_OTHER',
      ],
    ])('is refused, and nothing is changed: %s', async (_, files, code) => {
      const namespace = await stage.fresh()
      await run(namespace, config('apply'))
      const before = await stage.held(namespace, 's')
      const refused = await run(namespace, files)
      expect(refused.outputs['error-code']).toBe(code)
      expect((await stage.held(namespace, 's'))?.resourceVersion).toBe(before?.resourceVersion)
    })
  })
}
