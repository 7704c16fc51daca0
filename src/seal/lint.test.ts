import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeSelfSigned } from '../../test/support/certificates.ts'
import { parseCertificate, type Certificate } from './certificate.ts'
import { lintSealed, sealedNames } from './lint.ts'
import { seal } from './seal.ts'

let certificate: Certificate
let value = ''
beforeAll(async () => {
  const { cert } = await makeSelfSigned({ subject: { commonName: 'sealed' }, keyType: 'rsa' })
  certificate = parseCertificate(Buffer.from(cert), { from: 'test', now: Date.now() })
  value = seal(Buffer.from('x'), { key: certificate, label: 'n/s', random: randomBytes })
})

const WIDE = 'sealedsecrets.bitnami.com/cluster-wide'
const NAMESPACE = 'sealedsecrets.bitnami.com/namespace-wide'
const FINGERPRINTS = 'secretferry.github.io/fingerprints'

interface Shape {
  readonly apiVersion?: string
  readonly metadata?: object
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: object
  readonly template?: object
}

/** A SealedSecret, clean but for what is said of it. JSON is YAML. */
function sealed({
  apiVersion = 'bitnami.com/v1alpha1',
  metadata = {},
  data = { A: value },
  spec = {},
  template = {},
}: Shape = {}): string {
  return JSON.stringify({
    apiVersion,
    kind: 'SealedSecret',
    metadata: { name: 's', namespace: 'n', ...metadata },
    spec: {
      encryptedData: data,
      template: { metadata: { name: 's', namespace: 'n' }, ...template },
      ...spec,
    },
  })
}

const findings = (text: string, of?: Certificate): readonly string[] =>
  lintSealed(text, of).map(({ message }) => message)

describe('lintSealed', () => {
  it('finds nothing wrong with what is right', () => {
    const both = (annotations: object): Shape => ({
      metadata: { annotations },
      template: { metadata: { name: 's', annotations } },
    })
    for (const shape of [
      {},
      both({ [WIDE]: 'true' }),
      both({ [NAMESPACE]: 'true' }),
      both({ [WIDE]: 'false' }),
    ])
      expect(findings(sealed(shape), certificate)).toEqual([])
    const anywhere = { name: 's', namespace: undefined, annotations: { [WIDE]: 'true' } }
    expect(
      findings(sealed({ metadata: anywhere, template: { metadata: { annotations: { [WIDE]: 'true' } } } })),
    ).toEqual([])
    expect(findings('kind: Secret\n# no SealedSecret\n')).toEqual([])
  })

  it.each<[string, () => Shape, RegExp]>([
    ['another API', () => ({ apiVersion: 'v1' }), /apiVersion that the controller does not know/],
    ['no name', () => ({ metadata: { name: '' }, template: { metadata: {} } }), /^no name$/],
    [
      'no namespace',
      () => ({ metadata: { namespace: '' }, template: { metadata: {} } }),
      /no namespace, to which its scope/,
    ],
    [
      'another name in the template',
      () => ({ template: { metadata: { name: 't' } } }),
      /another name in the template/,
    ],
    [
      'another namespace in the template',
      () => ({ template: { metadata: { namespace: 'm' } } }),
      /another namespace in the template/,
    ],
    [
      'two scopes',
      () => ({ metadata: { annotations: { [WIDE]: 'true', [NAMESPACE]: 'true' } } }),
      /two scopes at once/,
    ],
    [
      'a scope in one place',
      () => ({ metadata: { annotations: { [WIDE]: 'true' } } }),
      /it is cluster-wide by its own annotations and strict/,
    ],
    ['a scope that is none', () => ({ metadata: { annotations: { [WIDE]: 'yes' } } }), /not exactly "true"/],
    ['the old format', () => ({ spec: { data: 'x' } }), /the format of old versions/],
    ['nothing sealed', () => ({ data: {} }), /no `encryptedData`/],
    ['a key that is none', () => ({ data: { 'a b': value } }), /key/],
    ['no base64', () => ({ data: { A: `${value.slice(0, -8)}*` } }), /A: not base64/],
    ['wrapped base64', () => ({ data: { A: `${value.slice(0, 64)}\n${value.slice(64)}` } }), /A: not base64/],
    ['nothing', () => ({ data: { A: '' } }), /A: not base64/],
    ['a cut ciphertext', () => ({ data: { A: value.slice(0, 300) } }), /A: cut short/],
    [
      'a type without its key',
      () => ({ template: { type: 'kubernetes.io/tls' } }),
      /needs the key `tls\.crt`/,
    ],
    [
      'a template of what is not sealed',
      () => ({ template: { data: { F: 'x {{ .A }} {{ index . "b.c" | upper }}' } } }),
      /uses "b\.c", which is not sealed/,
    ],
    [
      'more than the cluster takes',
      () => ({
        data: {
          A: value,
          B: Buffer.concat([Buffer.from(value, 'base64'), Buffer.alloc(1_200_000)]).toString('base64'),
        },
      }),
      /larger than the 1\.5 MiB/,
    ],
  ])('finds %s', (_name, shape, words) => {
    expect(findings(sealed(shape())).join('\n')).toMatch(words)
  })

  it('names the object, and finds all that is wrong in all documents', () => {
    const text = `${sealed({ data: {} })}\n---\n${sealed({ metadata: { name: 't' }, template: { metadata: {} }, data: { A: 'x' } })}\n`
    expect(lintSealed(text).map(({ object }) => object)).toEqual(['n/s', 'n/t'])
    expect(sealedNames(text)).toEqual([
      { namespace: 'n', name: 's' },
      { namespace: 'n', name: 't' },
    ])
  })

  it('compares the length of the key with the certificate, where it was not sealed for an earlier one', () => {
    const longer = { ...certificate, bytes: 512, fingerprint: 'f'.repeat(64) }
    expect(findings(sealed(), longer)).toEqual([
      'A: sealed for a key of another length than the certificate has',
    ])
    expect(findings(sealed(), certificate)).toEqual([])
    expect(findings(sealed())).toEqual([])
    const marked = (id: string): string =>
      sealed({ metadata: { annotations: { [FINGERPRINTS]: `A: ${id}.x.y\n` } } })
    expect(findings(marked('0123456789abcdef'), longer)).toEqual([])
    expect(findings(marked('f'.repeat(16)), longer)).toHaveLength(1)
  })
})
