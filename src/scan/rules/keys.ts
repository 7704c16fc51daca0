import { isAgeIdentity } from './bech32.ts'
import { isPrivateKeyText } from './private-key-text.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

const REPLACE_SSH =
  'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/reviewing-your-ssh-keys'
const REPLACE = 'https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final'

/** Private keys. Their texts are long, so they reach far. */
export const KEYS = [
  /** RFC 7468 and what OpenSSL and OpenSSH write; in one line too, with `\n` in place of its ends. */
  {
    id: 'private-key',
    description: 'private key',
    severity: 'critical',
    remedy: REPLACE,
    pattern:
      /-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH|SSH2 ENCRYPTED|ANY) )?PRIVATE KEY-----(?<secret>[^-]{40,12000})/,
    keywords: ['private key-----'],
    reach: { before: 32, after: 12_100 },
    check: isPrivateKeyText,
  },
  /** RFC 5958. */
  {
    id: 'encrypted-private-key',
    description: 'private key under a passphrase',
    severity: 'medium',
    remedy: REPLACE,
    pattern: /-----BEGIN ENCRYPTED PRIVATE KEY-----(?<secret>[^-]{40,12000})/,
    keywords: ['encrypted private key-----'],
    reach: { before: 32, after: 12_100 },
    check: isPrivateKeyText,
  },
  /** RFC 1421, section 4.6.1.3, as OpenSSL writes it above the key. */
  {
    id: 'legacy-encrypted-private-key',
    description: 'private key under a passphrase, in OpenSSL’s own form',
    severity: 'medium',
    remedy: REPLACE,
    pattern: /DEK-Info: [A-Z0-9-]{3,20},[0-9A-F]{16,32}(?<secret>[^-]{40,12000})/,
    keywords: ['dek-info: '],
    reach: { before: 1, after: 12_100 },
    check: isPrivateKeyText,
  },
  /** RFC 9580, section 6.2. */
  {
    id: 'pgp-private-key',
    description: 'PGP private key',
    severity: 'critical',
    remedy: 'https://www.gnupg.org/gph/en/manual/c235.html',
    pattern: /-----BEGIN PGP PRIVATE KEY BLOCK-----(?<secret>[^-]{80,20000})/,
    keywords: ['pgp private key block-----'],
    reach: { before: 32, after: 20_100 },
  },
  /** the.earth.li/~sgtatham/putty, “PPK file format”: `Encryption: none` before it. */
  {
    id: 'putty-private-key',
    description: 'PuTTY private key',
    severity: 'critical',
    remedy: REPLACE_SSH,
    pattern:
      /Encryption: none[^:]{1,20}Comment: [^:]{1,200}Public-Lines: [^:]{1,3000}Private-Lines: [0-9]{1,3}(?<secret>[^-:]{40,6000})/,
    keywords: ['private-lines: '],
    reach: { before: 3300, after: 6100 },
    check: isPrivateKeyText,
  },
  /** RFC 7517 and 7518: `d` is the private part of an RSA or EC key, `k` a symmetric key. */
  {
    id: 'json-web-key',
    description: 'private JSON Web Key',
    severity: 'critical',
    remedy: REPLACE,
    pattern: /[\[{,]\s{0,20}\\?"d\\?"\s{0,4}:\s{0,4}\\?"(?<secret>[A-Za-z0-9_-]{40,700})\\?"/,
    keywords: ['"kty"', '"kty\\"'],
    reach: { before: 2400, after: 4800 },
  },
  /** github.com/C2SP/C2SP, “age”: Bech32 of 32 bytes; what SOPS keeps in `keys.txt`. */
  {
    id: 'age-secret-key',
    description: 'age (SOPS) secret key',
    severity: 'critical',
    remedy: 'https://github.com/getsops/sops#key-management',
    pattern: token(/AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}/),
    keywords: ['age-secret-key-1'],
    check: isAgeIdentity,
  },
  /** jedisct1.github.io/minisign, “Secret key format”: 158 bytes; signify’s of 104. */
  {
    id: 'minisign-secret-key',
    description: 'minisign or signify secret key',
    severity: 'high',
    remedy: 'https://jedisct1.github.io/minisign/',
    pattern:
      /(?:encrypted secret key|signify secret key)(?:\\n|\r?\n)(?<secret>RW[A-Za-z0-9+/]{136,210}={0,2})(?![A-Za-z0-9+/=])/,
    keywords: ['secret key'],
  },
  /** wireguard.com/quickstart: 32 bytes in base64. */
  {
    id: 'wireguard-private-key',
    description: 'WireGuard private key',
    severity: 'high',
    remedy: 'https://www.wireguard.com/quickstart/#key-generation',
    pattern: /PrivateKey\s{0,4}=\s{0,4}([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)(?!=)/,
    keywords: ['privatekey'],
    check: (key) => /[0-9+/]/.test(key),
  },
  /** kubernetes.io/docs, “Organizing cluster access using kubeconfig files”: PEM in base64. */
  {
    id: 'kubeconfig-client-key',
    description: 'client key of a kubeconfig',
    severity: 'critical',
    remedy: 'https://kubernetes.io/docs/tasks/administer-cluster/certificates/',
    pattern: /client-key-data["']?\s{0,4}:\s{0,4}["']?(?<secret>LS0tLS1CRUdJTi[A-Za-z0-9+/]{100,8000}={0,2})/,
    keywords: ['client-key-data'],
    reach: { before: 1, after: 8200 },
  },
] as const satisfies readonly Rule[]
