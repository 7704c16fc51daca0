import { createECDH, createHash, createPrivateKey } from 'node:crypto'

/** A certificate of its own key, until 2125. */
export const CERT = `-----BEGIN CERTIFICATE-----
MIIBEDCBt6ADAgECAgEBMAoGCCqGSM49BAMCMA8xDTALBgNVBAMTBGZ1enowIBcN
MjUwMTAxMDAwMDAwWhgPMjEyNTAxMDEwMDAwMDBaMA8xDTALBgNVBAMTBGZ1enow
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATSSrTbQ5bz3j4XoW+r+ux33jTmtxCI
WyBppPDGn8VL4hUjthc7UrN5QggTZq/4z602J9Uy7fdAOdnWSeEAg86aowIwADAK
BggqhkjOPQQDAgNIADBFAiAn4CQNZHX9SmpoqaPD2FbiB2tv4BS8srA3vL9Lna3Z
6wIhAI8wFwOapyzUnhGHqIJT25Btsu6KJnC4AhG+3Rprz6CF
-----END CERTIFICATE-----
`

/** The key of the certificate, which is nobody's: the same in each run, so that a run can be repeated. */
export const KEY = privateKey('secretferry fuzz')

const OPENSSH = Buffer.from('openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none').toString('base64')

/** Certificates and keys in PEM, and what is taken for them. */
export const PEMS: readonly string[] = [
  CERT,
  KEY,
  CERT + CERT,
  KEY.replaceAll('\n', '\r\n'),
  `-----BEGIN OPENSSH PRIVATE KEY-----\n${OPENSSH}\n-----END OPENSSH PRIVATE KEY-----\n`,
  `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${OPENSSH}\n-----END RSA PRIVATE KEY-----\n`,
]

function privateKey(seed: string): string {
  const d = createHash('sha256').update(seed).digest()
  const exchange = createECDH('prime256v1')
  exchange.setPrivateKey(d)
  const point = exchange.getPublicKey()
  const [x, y] = [point.toString('base64url', 1, 33), point.toString('base64url', 33)]
  const jwk = { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y }
  return createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }).toString()
}
