/** A file, and in it, between guillemets, what is to be found there. */
export interface Row {
  readonly name: string
  readonly path: string
  readonly text: string
}

export const b64 = (text: string): string => Buffer.from(text).toString('base64')

/** Rows of `name, path, text`. */
export function rows(
  ...given: readonly (readonly [name: string, path: string, text: string])[]
): readonly Row[] {
  return given.map(([name, path, text]) => ({ name, path, text: text.replace(/^\n/, '') }))
}

/** The same many times, for what may be called in many ways. */
export function each(
  names: readonly string[],
  rowOf: (name: string) => readonly [name: string, path: string, text: string],
): readonly Row[] {
  return rows(...names.map(rowOf))
}

export const PEM = [
  '-----BEGIN ' + 'PRIVATE KEY-----',
  'MC4CAQAwBQYDK2VwBCIEIHn4mJ0cQ2k1v0aY2b3p1Qx7kz8h1d9s0f3Zr5Wb2tYc',
  '-----END ' + 'PRIVATE KEY-----',
].join('\n')

export const CERTIFICATE = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBszCCAVmgAwIBAgIUQm9ndXMgY2VydGlmaWNhdGUgZm9yIGEgdGVzdDAKBggq',
  '-----END CERTIFICATE-----',
].join('\n')
