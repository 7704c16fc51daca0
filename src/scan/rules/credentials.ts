import { assigned } from './assigned.ts'
import { isJsonWebToken, isServiceAccountToken } from './json-web-token.ts'
import { isMixed } from './mixed.ts'
import { isHost, isPassword } from './password.ts'
import type { Groups, Rule } from './rule.ts'
import { token } from './token.ts'
import { isWordy } from './wordy.ts'

const CHANGE = 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'
const JWT = token(/eyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{30,4000}\.[A-Za-z0-9_-]{43,700}/, '-')

/** What is a credential whoever gave it out. */
export const CREDENTIALS = [
  /** kubernetes.io/docs, “Managing service accounts”: a JSON Web Token whose issuer or subject tells. */
  {
    id: 'kubernetes-service-account-token',
    description: 'Kubernetes service account token',
    severity: 'critical',
    remedy: 'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/',
    pattern: JWT,
    keywords: ['.eyj'],
    reach: { before: 1100, after: 4800 },
    check: isServiceAccountToken,
  },
  /** RFC 7519: header and payload are JSON. */
  {
    id: 'json-web-token',
    description: 'JSON Web Token',
    severity: 'medium',
    remedy: 'https://cheatsheetseries.owasp.org/cheatsheets/JSON_Web_Token_for_Java_Cheat_Sheet.html',
    pattern: JWT,
    keywords: ['.eyj'],
    reach: { before: 1100, after: 4800 },
    check: isJsonWebToken,
  },
  /** RFC 3986, section 3.2.1. */
  {
    id: 'url-password',
    description: 'password in a URL',
    severity: 'high',
    remedy: CHANGE,
    pattern:
      /:\/\/[\w.~%!&*+-]{0,64}:(?<secret>[^\s:/?#@"'`<>[\]{}()\\|^]{5,128})@(?<host>[A-Za-z0-9][\w.-]{1,120})/,
    keywords: ['://'],
    reach: { before: 0, after: 330 },
    check: isPasswordAtHost,
  },
  /** docs.oracle.com, postgresql.org and others: `jdbc:…?user=…&password=…`. */
  {
    id: 'jdbc-password',
    description: 'password in a JDBC URL',
    severity: 'high',
    remedy: CHANGE,
    pattern: /jdbc:[^\s"'<>]{6,240}?[?;&]password=(?<secret>[^\s"'`<>;&\\]{5,128})/i,
    keywords: ['jdbc:'],
    reach: { before: 0, after: 400 },
    check: isPassword,
  },
  /** learn.microsoft.com, “Connection string syntax”. */
  {
    id: 'connection-string-password',
    description: 'password in a connection string',
    severity: 'high',
    remedy: CHANGE,
    pattern:
      /(?:server|data source|host) ?=(?<host>[^\s;"']{2,100})[^"'\r\n]{0,200}?; ?(?:password|pwd) ?= ?(?<secret>[^\s;"'`<>\\]{5,128})/i,
    keywords: ['password', 'pwd'],
    reach: { before: 330, after: 140 },
    check: isPasswordAtHost,
  },
  /** RFC 7617. */
  {
    id: 'http-basic-credentials',
    description: 'HTTP Basic credentials',
    severity: 'high',
    remedy: CHANGE,
    pattern: /authorization["']?[:=,]\s?["']?basic (?<secret>[a-z0-9+/]{12,400}={0,2})(?![a-z0-9+/=])/i,
    keywords: ['authorization'],
    check: isUserAndPassword,
  },
  /** RFC 6750. */
  {
    id: 'http-bearer-token',
    description: 'HTTP Bearer token',
    severity: 'medium',
    remedy: CHANGE,
    pattern:
      /authorization["']?[:=,]\s?["']?(?:bearer|token) (?<secret>[a-z0-9._~+/-]{20,400}={0,2})(?![a-z0-9._~+/=-])/i,
    keywords: ['authorization'],
    check: isOpaque,
  },
  /** curl.se/docs/manpage.html, `--user`. */
  {
    id: 'curl-user-password',
    description: 'password on the command line of curl',
    severity: 'high',
    remedy: CHANGE,
    pattern: /curl [^\r\n]{0,200}?-(?:u|-user)[ =]["']?[\w.@-]{1,64}:(?<secret>[^\s"'`:$<>{}\\]{5,128})/,
    keywords: ['curl '],
    reach: { before: 0, after: 480 },
    check: isPassword,
  },
  /** gnu.org/software/inetutils, “The .netrc file”. */
  {
    id: 'netrc-password',
    description: 'password in a .netrc',
    severity: 'high',
    remedy: CHANGE,
    pattern:
      /machine\s{1,8}(?<host>[^\s"']{3,120})\s{1,8}login\s{1,8}[^\s"']{1,80}\s{1,8}password\s{1,8}(?<secret>[^\s<>"'\\]{5,200})/,
    keywords: ['machine'],
    check: isPasswordAtHost,
  },
  /** docs.docker.com, `docker login`: user and password in base64. */
  {
    id: 'docker-auth',
    description: 'log-in of a container registry',
    severity: 'critical',
    remedy: 'https://docs.docker.com/reference/cli/docker/login/#credential-stores',
    pattern: /\\?"auth\\?"\s{0,4}:\s{0,4}\\?"(?<secret>[A-Za-z0-9+/]{12,2676}={0,2})\\?"/,
    keywords: ['"auth"', '"auth\\"'],
    reach: { before: 2, after: 2900 },
    check: isUserAndPassword,
  },
  /** docs.npmjs.com, “.npmrc”: user and password in base64. */
  {
    id: 'npmrc-auth',
    description: 'log-in in an .npmrc',
    severity: 'critical',
    remedy: 'https://docs.npmjs.com/revoking-access-tokens',
    pattern: /(?<![A-Za-z])_auth\s{0,3}=\s{0,3}"?(?<secret>[A-Za-z0-9+/]{12,400}={0,2})(?![A-Za-z0-9+/=])/,
    keywords: ['_auth'],
    check: isUserAndPassword,
  },
  /** kubernetes.io/docs, “Authenticating with bootstrap tokens”. */
  {
    id: 'kubernetes-bootstrap-token',
    description: 'Kubernetes bootstrap token',
    severity: 'high',
    remedy:
      'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#bootstrap-token-management-with-kubeadm',
    pattern: /token["']?[ :=]\s{0,3}["']?(?<secret>[a-z0-9]{6}\.[a-z0-9]{16})(?![\w.-])/,
    keywords: ['token'],
    check: (secret) =>
      /[0-9].*\./.test(secret) && /\..*[0-9]/.test(secret) && !/^(?:abcdef|123456)/.test(secret),
  },
  /** laravel.com/docs, “Encryption”: 32 bytes in base64. */
  {
    id: 'laravel-app-key',
    description: 'application key of Laravel',
    severity: 'high',
    remedy: 'https://laravel.com/docs/encryption#gracefully-rotating-encryption-keys',
    pattern: assigned({ name: /app_key/, value: /base64:[A-Za-z0-9+/]{43}=/, more: '+/=' }),
    keywords: ['app_key'],
  },
] as const satisfies readonly Rule[]

function isPasswordAtHost(secret: string, { host = '' }: Groups): boolean {
  return isHost(host) && isPassword(secret)
}

/** `user:password` in base64. */
function isUserAndPassword(secret: string): boolean {
  const text = Buffer.from(secret, 'base64').toString('latin1')
  const [, password = ''] = /^[\x21-\x7e]{1,120}?:([\x20-\x7e]{4,2000})$/.exec(text) ?? []
  return isPassword(password)
}

function isOpaque(secret: string): boolean {
  return isMixed(secret) && !isWordy(secret) && isPassword(secret) && !secret.startsWith('eyJ')
}
