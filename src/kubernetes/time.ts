/** Milliseconds since the epoch of a `Date` header (RFC 9110) or of a Kubernetes time (RFC 3339); undefined for neither. */
export function parseTime(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
