/**
 * The runner's masker, written anew from what actions/runner 2.336 does (Runner.Common/HostContext.cs,
 * DTLogging/ValueEncoders.cs, DTLogging/SecretMasker.cs), so that tests can tell what a log would really show.
 * It shares no code with src/: a fault there must not hide itself here.
 */
export interface RunnerMasker {
  /** What `::add-mask::` does with its data: the whole (not trimmed), then each line (trimmed). */
  addMask(data: string): void
  /** What happens to a secret of the job: trimmed, whole and by line. */
  addSecret(value: string): void
  /** The text as the log shows it. */
  mask(text: string): string
  /** Every string that is searched for: the masks and what the encoders make of each. */
  readonly needles: ReadonlySet<string>
  /** Every string that was added, before any encoder. */
  readonly values: ReadonlySet<string>
}

export function createRunnerMasker(): RunnerMasker {
  const values = new Set<string>()
  const needles = new Set<string>()
  const addValue = (value: string): void => {
    if (value === '' || values.has(value)) return
    values.add(value)
    needles.add(value)
    for (const encode of ENCODERS) {
      const encoded = encode(value)
      if (encoded !== '') needles.add(encoded)
    }
  }
  const addMask = (data: string): void => {
    addValue(data)
    for (const line of data.split(/[\r\n]/)) addValue(line.trim())
  }
  return {
    addMask,
    addSecret: (value) => addMask(value.trim()),
    mask: (text) => replaceAll(text, needles),
    needles,
    values,
  }
}

/** Overlapping and adjacent finds become one `***`. */
function replaceAll(text: string, needles: ReadonlySet<string>): string {
  const found: { start: number; end: number }[] = []
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      found.push({ start: at, end: at + needle.length })
    }
  }
  if (found.length === 0) return text
  found.sort((a, b) => a.start - b.start)
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of found) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  let printed = ''
  let from = 0
  for (const { start, end } of merged) {
    printed += `${text.slice(from, start)}***`
    from = end
  }
  return printed + text.slice(from)
}

const ENCODERS: readonly ((value: string) => string)[] = [
  (value) => base64Shifted(value, 0),
  (value) => base64Shifted(value, 1),
  (value) => base64Shifted(value, 2),
  (value) => value.replaceAll('"', '\\"'),
  (value) => value.replaceAll("'", "''"),
  newtonsoftJson,
  (value) => encodeURIComponent(value.toWellFormed()).replace(/[!'()*]/g, percent),
  (value) => value.replace(/[<>&"']/g, (each) => XML[each] ?? each),
  (value) => (value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : ''),
  (value) => atLeastSix(beforeAmpersand(value)),
  (value) => atLeastSix(afterAmpersand(value)),
]

const XML: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
}

function base64Shifted(value: string, shift: number): string {
  const bytes = Buffer.from(value, 'utf8')
  return (bytes.length > shift ? bytes.subarray(shift) : bytes).toString('base64')
}

/** Newtonsoft's JsonConvert.ToString without its quotes: like JSON.stringify, and three line separators besides. */
function newtonsoftJson(value: string): string {
  const quoted = JSON.stringify(value).slice(1, -1)
  return quoted.replace(
    /[\u0085\u2028\u2029]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** PowerShell colours what follows the first `&+`, or the last `&`; the error message is cut there. */
function beforeAmpersand(value: string): string {
  const at = value.indexOf('&+')
  return at >= 0 ? value.slice(0, at + 2) : value.slice(0, value.lastIndexOf('&') + 1)
}

function afterAmpersand(value: string): string {
  const at = value.indexOf('&+')
  if (at >= 0) return value.slice(at + 3)
  const last = value.lastIndexOf('&')
  return last < 0 ? '' : value.slice(last + 1)
}

function atLeastSix(value: string): string {
  return value.length >= 6 ? value : ''
}
