/** Whether a text is a JSON Web Token that somebody may use; not one of a Kubernetes service account. */
export function isJsonWebToken(token: string): boolean {
  const claims = claimsOf(token)
  return claims !== undefined && !isServiceAccount(claims) && !isPublished(claims)
}

/** Whether a text is a token of a Kubernetes service account. */
export function isServiceAccountToken(token: string): boolean {
  const claims = claimsOf(token)
  return claims !== undefined && isServiceAccount(claims)
}

type Claims = Readonly<Record<string, unknown>>

function claimsOf(token: string): Claims | undefined {
  const [header = '', payload = ''] = token.split('.')
  const { alg } = parse(header) ?? {}
  return typeof alg === 'string' ? parse(payload) : undefined
}

function parse(part: string): Claims | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof parsed === 'object' && parsed !== null ? (parsed as Claims) : undefined
  } catch {
    return undefined
  }
}

function isServiceAccount(claims: Claims): boolean {
  const names = [claims['iss'], claims['sub']]
  return (
    names.includes('kubernetes/serviceaccount') || String(claims['sub']).startsWith('system:serviceaccount:')
  )
}

/** The example of jwt.io, and keys that are meant for browsers. */
function isPublished(claims: Claims): boolean {
  return claims['sub'] === '1234567890' || claims['name'] === 'John Doe' || claims['role'] === 'anon'
}
