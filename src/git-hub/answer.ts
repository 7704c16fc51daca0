export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The field of an answer; undefined where there is none, or where it is null. */
export function child(value: unknown, key: string): unknown {
  return isRecord(value) ? (value[key] ?? undefined) : undefined
}

/** The text of a field; empty where it is none. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
