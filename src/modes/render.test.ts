import { beforeAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import {
  CERTIFICATE,
  changedLines,
  FINGERPRINT_KEY,
  makeSealingPair,
  renderConfig,
} from '../../test/scenarios/render-arrangement.ts'
import { renderInProcess, type RenderOptions, type RenderRun } from '../../test/support/render-in-process.ts'
import { unseal } from '../../test/support/unseal.ts'
import { parseCertificate } from '../seal/certificate.ts'
import type { Secret } from '../secret.ts'

const DIRECTORY = 'k8s/overlays/staging'
const ONE = { one: { data: { A: '${env://A}' } } }
const TWO = { ...ONE, two: { data: { A: '${env://A}' } } }
const ENV = { A: 'a-value-of-the-tests' }

let pair: { cert: string; key: string }
beforeAll(async () => {
  pair = await makeSealingPair()
})

const filesOf = (secrets: object, more: object = {}): Record<string, string> => ({
  ...renderConfig(secrets, more),
  [CERTIFICATE]: pair.cert,
})
const run = ({ inputs, ...options }: RenderOptions): Promise<RenderRun> =>
  renderInProcess({ env: ENV, ...options, inputs: { 'fingerprint-key': FINGERPRINT_KEY, ...inputs } })
const at = (name: string): string => `${DIRECTORY}/${name}`

describe('quiet diffs', () => {
  it('of 50 Secrets with 5 keys, one changed value is one line of ciphertext and one fingerprint', async () => {
    const keys = ['A', 'B', 'C', 'D', 'E']
    const names = Array.from({ length: 50 }, (_, index) => `secret-${index}`)
    const secrets = Object.fromEntries(
      names.map((name) => [
        name,
        { data: Object.fromEntries(keys.map((key) => [key, `\${env://${nameOf(name, key)}}`])) },
      ]),
    )
    const env = Object.fromEntries(
      names.flatMap((name) => keys.map((key) => [nameOf(name, key), `value of ${name} and ${key}`])),
    )
    const first = await run({ files: filesOf(secrets, { kustomization: 'create' }), env })
    const same = await run({ files: first.files, env })
    expect(same.files).toEqual(first.files)
    expect(same.outcome.planned.every(({ action }) => action === 'unchanged')).toBe(true)
    const changed = await run({ files: first.files, env: { ...env, [nameOf('secret-17', 'C')]: 'another' } })
    const paths = Object.keys(changed.files).filter((path) => changed.files[path] !== first.files[path])
    expect(paths).toEqual([at('secret-17.yaml')])
    const { gone, come } = changedLines(
      first.files[at('secret-17.yaml')] ?? '',
      changed.files[at('secret-17.yaml')] ?? '',
    )
    expect([gone.length, come.length]).toEqual([2, 2])
    expect(come[0]).toMatch(/^ {6}C: [0-9a-f]{16}\.[\w-]{22}\.[\w-]{22}$/)
    expect(come[1]).toMatch(/^ {4}C: [A-Za-z0-9+/]+=*$/)
  })
})

function nameOf(name: string, key: string): string {
  return `${name}_${key}`.replaceAll('-', '_').toUpperCase()
}

describe('the certificate', () => {
  const URL_OF = 'https://sealed.example.com/v1/cert.pem'
  const fetched = (answer: () => Response) => {
    const asked: string[] = []
    const fetch: typeof globalThis.fetch = (url) => {
      asked.push(String(url instanceof Request ? url.url : url))
      return Promise.resolve(answer())
    }
    return { asked, fetch }
  }
  const pinned = (): string =>
    parseCertificate(Buffer.from(pair.cert), { from: 'test', now: Date.now() }).fingerprint

  it('comes from an https URL where it is the pinned one', async () => {
    const { asked, fetch } = fetched(() => new Response(pair.cert))
    const inputs = { certificate: URL_OF, 'certificate-fingerprint': `SHA256:${pinned().toUpperCase()}` }
    const { files } = await run({ files: renderConfig(ONE), inputs, effects: { fetch } })
    expect(asked).toEqual([URL_OF])
    const { spec } = parse(files[at('one.yaml')] ?? '')
    const opened = unseal(spec.encryptedData.A, { key: pair.key, label: 'aura-staging/one' })
    expect(opened.toString()).toBe(ENV.A)
  })

  it.each([
    ['another', () => new Response(pair.cert), '0'.repeat(64), /another than the pinned one/],
    ['a page that is not there', () => new Response('', { status: 404 }), undefined, /is not there \(404\)/],
    ['a log-in page', () => new Response('<html>'), undefined, /an HTML page/],
    ['far too large', () => new Response('x'.repeat(70_000)), undefined, /too large for a certificate/],
  ])('is refused from there where it is %s, and nothing is written', async (_name, answer, pin, words) => {
    const { fetch } = fetched(answer)
    const inputs = { certificate: URL_OF, 'certificate-fingerprint': pin ?? pinned() }
    await expect(run({ files: renderConfig(ONE), inputs, effects: { fetch } })).rejects.toThrow(words)
  })
})

describe('the kustomization of the directory', () => {
  it.each(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])(
    'is kept in step: %s',
    async (name) => {
      const before = `# ours\nresources:\n  - base.yaml # first\n`
      const first = await run({ files: { ...filesOf(TWO), [at(name)]: before } })
      expect(first.files[at(name)]).toBe(`${before}  - one.yaml\n  - two.yaml\n`)
      expect(Object.keys(first.files).filter((path) => /kustomization/i.test(path))).toEqual([at(name)])
    },
  )

  it('loses what is deleted as stale, in the same run', async () => {
    const first = await run({ files: filesOf(TWO, { kustomization: 'create' }) })
    const less = { ...first.files, ...filesOf(ONE, { kustomization: 'create' }) }
    const left = await run({ files: less })
    expect(left.files[at('kustomization.yaml')]).toContain('  - two.yaml\n')
    const dry = await run({ files: less, inputs: { 'remove-stale': 'true', 'dry-run': 'true' } })
    expect(dry.files).toEqual(less)
    expect(dry.log).toContain('- two.yaml: no longer declared')
    const gone = await run({ files: less, inputs: { 'remove-stale': 'true' } })
    expect(gone.files[at('two.yaml')]).toBeUndefined()
    expect(gone.files[at('kustomization.yaml')]).toBe(
      (first.files[at('kustomization.yaml')] ?? '').replace('  - two.yaml\n', ''),
    )
  })

  it('is refused where there are two of them, as kustomize does', async () => {
    const files = {
      ...filesOf(ONE),
      [at('Kustomization')]: 'resources: []\n',
      [at('kustomization.yml')]: 'resources: []\n',
    }
    await expect(run({ files })).rejects.toThrow(/not the only kustomization/)
  })
})

describe('a Secret that the inputs declare', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['from-env', { 'from-env': 'A\nURL=A' }, { A: ENV.A, URL: ENV.A }],
    ['data', { data: 'A: x-${env://A|base64}\nB: "{{ .A }}"' }, { A: `x-${btoa(ENV.A)}`, B: '{{ .A }}' }],
  ])('is sealed without a file: %s', async (_name, declared, expected) => {
    const inputs = {
      deliver: 'sealed-secret',
      name: 'inline',
      namespace: 'here',
      certificate: CERTIFICATE,
      'output-directory': DIRECTORY,
      ...declared,
    }
    const { files } = await run({ files: { [CERTIFICATE]: pair.cert }, inputs })
    const { spec } = parse(files[at('inline.yaml')] ?? '')
    const opened = Object.entries<string>(spec.encryptedData).map(([key, text]) => [
      key,
      unseal(text, { key: pair.key, label: 'here/inline' }).toString(),
    ])
    expect(Object.fromEntries(opened)).toEqual(expected)
    const again = await run({ files, inputs })
    expect(again.files).toEqual(files)
  })
})

describe('standard output of a local run', () => {
  const printed = () => {
    const parts: Uint8Array[] = []
    return {
      print: (content: Secret) => {
        parts.push(content.bytes())
        return Promise.resolve()
      },
      text: () => Buffer.concat(parts).toString(),
    }
  }
  const inputs = { 'output-directory': '-', deliver: 'apply' }

  it('gets the Secrets as they are, as one stream of YAML, and no file does', async () => {
    const { print, text } = printed()
    const files = renderConfig(TWO, { kustomization: 'create' })
    const done = await run({ files, inputs, effects: { print } })
    const documents = parseAllDocuments(text()).map((document) => document.toJS())
    expect(documents).toMatchObject([
      { kind: 'Secret', metadata: { name: 'one' }, data: { A: btoa(ENV.A) } },
      { kind: 'Secret', metadata: { name: 'two' }, data: { A: btoa(ENV.A) } },
    ])
    expect(done.files).toEqual(files)
    expect(done.log).not.toContain(ENV.A)
    const dry = printed()
    await run({ files, inputs: { ...inputs, 'dry-run': 'true' }, effects: { print: dry.print } })
    expect(dry.text()).toBe('')
  })

  it('that takes no more of it is no success', async () => {
    const print = () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' }))
    await expect(run({ files: filesOf(ONE), inputs, effects: { print } })).rejects.toThrow(
      /not all Secrets were printed: .*\(ENOSPC\)/,
    )
  })

  it.each<[string, Record<string, string>, boolean, RegExp]>([
    ['under a runner', {}, false, /standard output is a log here/],
    ['what is sealed', { deliver: 'sealed-secret' }, true, /prints Secrets as they are/],
    ['what is committed', { commit: 'branch' }, true, /prints Secrets as they are/],
  ])('refuses %s', async (_name, more, isLocal, words) => {
    const { print, text } = printed()
    const effects = isLocal ? { print } : {}
    await expect(run({ files: filesOf(ONE), inputs: { ...inputs, ...more }, effects })).rejects.toThrow(words)
    expect(text()).toBe('')
  })
})

describe('verify-sealed: offline', () => {
  it('tells a file of the directory that is of a key of another length; others may be of other clusters', async () => {
    const other = await makeSealingPair(undefined, 3072)
    const inputs = { 'verify-sealed': 'offline' }
    const strange = await run({ files: { ...filesOf({ strange: ONE.one }), [CERTIFICATE]: other.cert } })
    const text = strange.files[at('strange.yaml')] ?? ''
    const bare = text.replace(/^ {4}secretferry\.github\.io.*\n(?: {6}.*\n)*/gm, '')
    const elsewhere = await run({
      files: { ...filesOf(ONE), 'k8s/overlays/other/strange.yaml': bare },
      inputs,
    })
    expect(elsewhere.log).toContain('Checked all 2 SealedSecrets')
    await expect(run({ files: { ...filesOf(ONE), [at('strange.yaml')]: bare }, inputs })).rejects.toThrow(
      /strange\.yaml: aura-staging\/strange: A: sealed for a key of another length/,
    )
  })
})
