const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds of `90s`, `5m`, `1h`, up to a day; undefined where it is none. `zero` says whether `0s` is one. */
export function parseDuration(text: string, zero: boolean): number | undefined {
  const match = /^(\d{1,6})(s|m|h)$/.exec(text)
  const ms = match === null ? -1 : Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0)
  return ms >= (zero ? 0 : 1) && ms <= 86_400_000 ? ms : undefined
}
