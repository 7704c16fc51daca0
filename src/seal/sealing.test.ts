import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeSelfSigned } from '../../test/support/certificates.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import { Secret } from '../secret.ts'
import { parseCertificate, type Certificate } from './certificate.ts'
import { fingerprintsOf } from './fingerprint.ts'
import type { SealedFile } from './sealed-file.ts'
import { sealManifest, type SealContext, type Sealed } from './sealing.ts'

const secret = (value: string): Secret => Secret.of(value, () => undefined)
const manifestOf = (values: Readonly<Record<string, string | undefined>>): SecretManifest => ({
  kind: 'Secret',
  namespace: 'aura',
  name: 'one',
  type: 'Opaque',
  data: new Map(
    Object.entries(values).map(([key, value]) => [
      key,
      { value: value === undefined ? undefined : secret(value), source: `env://${key}` },
    ]),
  ),
  labels: {},
  annotations: {},
  immutable: false,
  at: {},
})

describe('sealManifest', () => {
  let certificate: Certificate
  let next: Certificate
  beforeAll(async () => {
    const make = async (): Promise<Certificate> => {
      const { cert } = await makeSelfSigned({ subject: { commonName: 'x' }, keyType: 'rsa' })
      return parseCertificate(Buffer.from(cert), { from: 'test', now: Date.now() })
    }
    certificate = await make()
    next = await make()
  })
  const contextOf = (more: Partial<SealContext> = {}): SealContext => ({
    certificate,
    fingerprints: fingerprintsOf(secret('k'.repeat(32))),
    resealsOnNewCertificate: true,
    random: (size) => randomBytes(size),
    ...more,
  })
  const fileOf = ({ encrypted, fingerprints }: Sealed, context: SealContext): SealedFile => ({
    namespace: 'aura',
    name: 'one',
    scope: 'strict',
    set: 'set',
    encrypted,
    fingerprintKey: context.fingerprints?.id,
    fingerprints,
  })
  const first = (context: SealContext): SealedFile =>
    fileOf(
      sealManifest(manifestOf({ A: 'a', B: 'b' }), { scope: 'strict', former: undefined }, context),
      context,
    )
  const again = (
    values: Readonly<Record<string, string | undefined>>,
    former: SealedFile,
    context = contextOf(),
  ): Sealed => sealManifest(manifestOf(values), { scope: 'strict', former }, context)
  const actions = ({ keys }: Sealed): readonly string[] => keys.map(({ key, action }) => `${key} ${action}`)

  it('keeps what has not changed, byte for byte', () => {
    const former = first(contextOf())
    const sealed = again({ A: 'a', B: 'other', C: 'c' }, former)
    expect(actions(sealed)).toEqual(['A same', 'B changed', 'C added'])
    expect(sealed.encrypted.get('A')).toBe(former.encrypted.get('A'))
    expect(sealed.fingerprints.get('A')).toBe(former.fingerprints.get('A'))
    expect(sealed.encrypted.get('B')).not.toBe(former.encrypted.get('B'))
    expect(sealed.reasons).toEqual([])
  })

  it('removes what is no longer declared, and keeps what is absent and optional', () => {
    const former = first(contextOf())
    expect(actions(again({ B: undefined, C: undefined }, former))).toEqual(['B kept', 'A removed'])
    expect(again({ B: undefined }, former).encrypted.get('B')).toBe(former.encrypted.get('B'))
  })

  const cases: Readonly<
    Record<string, [(former: SealedFile) => SealedFile, () => Partial<SealContext>, string]>
  > = {
    'without a key': [(former) => former, () => ({ fingerprints: undefined }), 'no-key'],
    'without fingerprints': [
      (former) => ({ ...former, fingerprints: new Map() }),
      () => ({}),
      'no-fingerprint',
    ],
    'with another key': [
      (former) => former,
      () => ({ fingerprints: fingerprintsOf(secret('l'.repeat(32))) }),
      'other-key',
    ],
    'for a new certificate': [(former) => former, () => ({ certificate: next }), 'new-certificate'],
    'where ciphertexts were swapped': [
      ({ encrypted, ...former }) => ({
        ...former,
        encrypted: new Map([
          ['A', encrypted.get('B') ?? ''],
          ['B', encrypted.get('A') ?? ''],
        ]),
      }),
      () => ({}),
      'tampered',
    ],
    'where fingerprints were swapped': [
      ({ fingerprints, ...former }) => ({
        ...former,
        fingerprints: new Map([
          ['A', fingerprints.get('B') ?? ''],
          ['B', fingerprints.get('A') ?? ''],
        ]),
      }),
      () => ({}),
      'tampered',
    ],
    'where fingerprints are rubbish': [
      (former) => ({
        ...former,
        fingerprints: new Map([
          ['A', 'x'],
          ['B', ''],
        ]),
      }),
      () => ({}),
      'tampered',
    ],
  }
  it.each(Object.entries(cases))('seals everything anew %s, and says why', (_name, [edit, more, reason]) => {
    const former = first(contextOf())
    const sealed = again({ A: 'a', B: 'b' }, edit(former), contextOf(more()))
    expect(actions(sealed)).toEqual(['A resealed', 'B resealed'])
    expect(sealed.reasons.map((each) => each.reason)).toEqual([reason, reason])
    expect(sealed.encrypted.get('A')).not.toBe(former.encrypted.get('A'))
  })

  it('keeps what was sealed for an old certificate where it is told to, value by value', () => {
    const former = first(contextOf())
    const context = contextOf({ certificate: next, resealsOnNewCertificate: false })
    const mixed = again({ A: 'a', B: 'changed' }, former, context)
    expect(actions(mixed)).toEqual(['A same', 'B changed'])
    expect(actions(again({ A: 'a', B: 'changed' }, fileOf(mixed, context), context))).toEqual([
      'A same',
      'B same',
    ])
  })
})
