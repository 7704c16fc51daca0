import { randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import './reflect-metadata.ts'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto)

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** How far back a certificate is valid by default, so that no clock is too early for it. */
const BACKDATE = HOUR

/** `ec` is P-256, made in a millisecond; `rsa` is 2048 bits. */
export type KeyType = 'ec' | 'rsa'

/** A certificate (PEM) and its private key (PKCS #8 PEM). */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface Subject {
  readonly commonName: string
  readonly organizations?: readonly string[]
}

export interface LeafOptions {
  readonly subject: Subject
  /** DNS names and IP addresses, told apart by their form. */
  readonly hosts?: readonly string[]
  readonly usage?: readonly ('server' | 'client')[]
  /** From an hour ago by default. */
  readonly notBefore?: Date
  /** A year from now by default. */
  readonly notAfter?: Date
  readonly keyType?: KeyType
  /** Of an RSA key that signs itself; 2048 by default. */
  readonly bits?: number
}

/** A certificate authority, self-signed, valid for ten years. */
export async function makeAuthority(
  commonName = 'secretferry test CA',
  keyType: KeyType = 'ec',
): Promise<Certificate> {
  const keys = await generateKeys(keyType)
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: distinguishedName({ commonName }),
    notBefore: new Date(Date.now() - BACKDATE),
    notAfter: new Date(Date.now() + 3650 * DAY),
    keys,
    signingAlgorithm: signingAlgorithm(keyType),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: cert.toString('pem'), key: await privateKeyPem(keys.privateKey) }
}

/** Any certificate that `authority` signs: expired, not yet valid, for other hosts, … */
export async function makeLeaf(authority: Certificate, options: LeafOptions): Promise<Certificate> {
  const keys = await generateKeys(options.keyType ?? 'ec')
  const issuer = new x509.X509Certificate(authority.cert)
  const signer = await readPrivateKey(authority)
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: distinguishedName(options.subject),
    issuer: issuer.subjectName,
    notBefore: options.notBefore ?? new Date(Date.now() - BACKDATE),
    notAfter: options.notAfter ?? new Date(Date.now() + 365 * DAY),
    publicKey: keys.publicKey,
    signingKey: signer,
    signingAlgorithm: signingAlgorithm(keyTypeOf(authority)),
    extensions: await leafExtensions(issuer, keys.publicKey, options),
  })
  return { cert: cert.toString('pem'), key: await privateKeyPem(keys.privateKey) }
}

/** A server certificate for this machine's loopback and a cluster's first service address. */
export function makeServerCertificate(
  authority: Certificate,
  hosts: readonly string[] = ['127.0.0.1', 'localhost', '10.0.0.1'],
): Promise<Certificate> {
  return makeLeaf(authority, { subject: { commonName: hosts[0] ?? 'server' }, hosts, usage: ['server'] })
}

/** A client certificate as Kubernetes reads it: the user is its CN, the groups are its Os. */
export function makeClientCertificate(
  authority: Certificate,
  user: string,
  groups: readonly string[] = [],
): Promise<Certificate> {
  return makeLeaf(authority, { subject: { commonName: user, organizations: groups }, usage: ['client'] })
}

/** A certificate that signs itself, as a user's own `openssl req -x509` would make it. */
export async function makeSelfSigned(options: LeafOptions): Promise<Certificate> {
  const keyType = options.keyType ?? 'ec'
  const keys = await generateKeys(keyType, options.bits)
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: distinguishedName(options.subject),
    notBefore: options.notBefore ?? new Date(Date.now() - BACKDATE),
    notAfter: options.notAfter ?? new Date(Date.now() + 365 * DAY),
    keys,
    signingAlgorithm: signingAlgorithm(keyType),
    extensions: subjectAlternativeNames(options.hosts ?? []),
  })
  return { cert: cert.toString('pem'), key: await privateKeyPem(keys.privateKey) }
}

/** A key pair in PEM (SPKI, PKCS #8), such as service account tokens are signed with. */
export async function makeKeyPair(
  keyType: KeyType = 'ec',
): Promise<{ publicKey: string; privateKey: string }> {
  const keys = await generateKeys(keyType)
  const spki = await webcrypto.subtle.exportKey('spki', keys.publicKey)
  return { publicKey: pem(spki, 'PUBLIC KEY'), privateKey: await privateKeyPem(keys.privateKey) }
}

async function leafExtensions(
  issuer: x509.X509Certificate,
  publicKey: webcrypto.CryptoKey,
  options: LeafOptions,
): Promise<x509.Extension[]> {
  const usage = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth }
  const usages = (options.usage ?? ['server', 'client']).map((each) => usage[each])
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(
      x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
      true,
    ),
    new x509.ExtendedKeyUsageExtension(usages),
    await x509.AuthorityKeyIdentifierExtension.create(issuer),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ...subjectAlternativeNames(options.hosts ?? []),
  ]
}

function subjectAlternativeNames(hosts: readonly string[]): x509.Extension[] {
  if (hosts.length === 0) return []
  const names = hosts.map((host) => ({
    type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const),
    value: host,
  }))
  return [new x509.SubjectAlternativeNameExtension(names)]
}

/** One RDN each, in the order in which Kubernetes' own tools write them. */
function distinguishedName({ commonName, organizations = [] }: Subject): x509.JsonName {
  return [...organizations.map((name) => ({ O: [name] })), { CN: [commonName] }]
}

function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40 // positive, and never shortened
  return bytes.toString('hex')
}

function generateKeys(keyType: KeyType, bits = 2048): Promise<webcrypto.CryptoKeyPair> {
  const algorithm = keyType === 'rsa' ? { ...generation.rsa, modulusLength: bits } : generation.ec
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

const generation = {
  ec: { name: 'ECDSA', namedCurve: 'P-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  },
} as const

function signingAlgorithm(keyType: KeyType): webcrypto.EcdsaParams | webcrypto.AlgorithmIdentifier {
  return keyType === 'ec' ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'RSASSA-PKCS1-v1_5' }
}

function keyTypeOf({ cert }: Pick<Certificate, 'cert'>): KeyType {
  return new X509Certificate(cert).publicKey.asymmetricKeyType === 'ec' ? 'ec' : 'rsa'
}

function readPrivateKey(pair: Certificate): Promise<webcrypto.CryptoKey> {
  const der = x509.PemConverter.decodeFirst(pair.key)
  return webcrypto.subtle.importKey('pkcs8', der, generation[keyTypeOf(pair)], false, ['sign'])
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return pem(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

function pem(der: ArrayBuffer, label: string): string {
  return `${x509.PemConverter.encode(der, label)}\n`
}
