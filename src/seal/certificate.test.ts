import { X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeSelfSigned } from '../../test/support/certificates.ts'
import type { ActionError } from '../error.ts'
import { demandFingerprint, parseCertificate, parseFingerprint } from './certificate.ts'

const DAY = 24 * 3_600_000
const NOW = Date.now()
const subject = { commonName: 'sealed-secrets' }

const parse = (text: string | Uint8Array, now = NOW) =>
  parseCertificate(typeof text === 'string' ? Buffer.from(text) : text, { from: 'k8s/cert.pem', now })

describe('parseCertificate', () => {
  let good = ''
  let privateKey = ''
  let ec = ''
  beforeAll(async () => {
    const pair = await makeSelfSigned({ subject, keyType: 'rsa', notAfter: new Date(NOW + 365 * DAY) })
    good = pair.cert
    privateKey = pair.key
    ec = (await makeSelfSigned({ subject, keyType: 'ec' })).cert
  })

  it('reads key, fingerprint and age, whatever stands around the certificate', () => {
    const found = parse(`subject=/O=x\r\n${good.replaceAll('\n', '\r\n')}\r\n`)
    const x509 = new X509Certificate(good)
    expect(found).toMatchObject({ bytes: 256, warnings: [], notBefore: x509.validFromDate.getTime() })
    expect(found.fingerprint).toBe(x509.fingerprint256.replaceAll(':', '').toLowerCase())
  })

  const broken: Readonly<Record<string, [string, () => string | Uint8Array, RegExp]>> = {
    empty: ['', () => ' \n', /is empty/],
    text: ['', () => 'cert', /is not PEM/],
    der: ['', () => new X509Certificate(good).raw, /is DER, not PEM/],
    html: ['', () => '\n<!DOCTYPE html><html><body>Sign in</body></html>', /an HTML page/],
    key: ['', () => privateKey, /holds a private key/],
    several: ['', () => `${good}\n${ec}`, /holds 2 certificates/],
    'cut before its end': ['', () => good.slice(0, good.length / 2), /is cut short/],
    'cut in its middle': ['', () => good.replace(/\n.{64}\n/, '\n'), /damaged or cut short/],
    'of nothing': [
      '',
      () => '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
      /damaged or cut short/,
    ],
    ec: ['', () => ec, /its key is EC/],
  }
  it.each(Object.entries(broken))('refuses one that is %s', (_name, [, text, words]) => {
    expect(() => parse(text())).toThrow(words)
    try {
      parse(text())
    } catch (error) {
      expect((error as ActionError).code).toBe('CERTIFICATE_INVALID')
      expect((error as ActionError).message).toContain('k8s/cert.pem')
    }
  })

  it('refuses one that has expired, and warns for the last 30 days', () => {
    expect(() => parse(good, NOW + 366 * DAY)).toThrow(/expired on \d{4}-\d\d-\d\d/)
    expect(parse(good, NOW + 340 * DAY).warnings).toMatchObject([{ message: /expires in 2[45] days/ }])
    expect(parse(good, NOW + 330 * DAY).warnings).toEqual([])
  })

  it('warns of a key under 2048 bits, and refuses one that holds no session key', async () => {
    const weak = await makeSelfSigned({ subject, keyType: 'rsa', bits: 1024 })
    expect(parse(weak.cert).warnings).toMatchObject([{ message: /a key of 1024 bits/ }])
    const tiny = await makeSelfSigned({ subject, keyType: 'rsa', bits: 768 })
    expect(() => parse(tiny.cert)).toThrow(/too short to seal with/)
  })

  it('refuses another than the pinned one', () => {
    const found = parse(good)
    expect(() => demandFingerprint(found, found.fingerprint, 'x')).not.toThrow()
    expect(() => demandFingerprint(found, '0'.repeat(64), 'x')).toThrow(found.fingerprint)
  })
})

describe('parseFingerprint', () => {
  const plain = 'ab'.repeat(32)
  it.each([
    [plain, plain],
    [` ${plain.toUpperCase()} `, plain],
    [`SHA256:${plain}`, plain],
    [`sha256 ${plain}`, plain],
    [`SHA-256=${'AB:'.repeat(31)}AB`, plain],
    ['', undefined],
    ['ab', undefined],
    [`${plain}00`, undefined],
    ['zz'.repeat(32), undefined],
  ])('reads %j', (text, expected) => {
    expect(parseFingerprint(text)).toBe(expected)
  })
})
