import { base64Cores, encodingsOf, runnerEncodings } from '../../mask-encodings.ts'
import { SHORTEST } from './worth.ts'

/** Bytes of a long value that are searched for: they are enough to know it by. */
const HEAD = 160

/** Every way in which a value may be written: raw, escaped, encoded, and encoded inside of something larger. */
export function formsOf(value: Uint8Array, text: string | undefined): readonly Buffer[] {
  const bytes = Buffer.from(value.subarray(0, HEAD))
  const words = text === undefined ? [] : textForms(head(text))
  const encoded = [bytes, ...words.map((word) => Buffer.from(word))].flatMap(base64Cores)
  const nested = [text === undefined ? bytes : Buffer.from(head(text)), ...firstOf(words)]
    .flatMap((each) => base64Cores(Buffer.from(each)).slice(0, 3))
    .flatMap((core) => base64Cores(Buffer.from(core)))
  const wide = text === undefined ? [] : base64Cores(Buffer.from(head(text), 'utf16le'))
  const latin = [...encodingsOf(bytes, undefined), ...percentOf(bytes), ...encoded, ...nested, ...wide]
  const all = [
    ...words.map(squeeze),
    ...[...latin, ...latin.flatMap(escapedBase64)].map((form) => Buffer.from(form)),
  ]
  return distinct(text === undefined ? [bytes, ...all] : all)
}

/** A line of a longer value: as it is, escaped, and in base64. */
export function lineForms(line: string): readonly Buffer[] {
  const text = head(line)
  const cores = base64Cores(Buffer.from(text)).map((form) => Buffer.from(form))
  return distinct([Buffer.from(text), ...runnerEncodings(text).map((form) => Buffer.from(form)), ...cores])
}

function head(text: string): string {
  return text.slice(0, HEAD).toWellFormed()
}

/** The text itself, and as JSON, XML, URLs and the command lines of several shells write it. */
function textForms(text: string): readonly string[] {
  const unix = text.replaceAll('\r\n', '\n')
  const shell = [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll(/["$`\\]/g, '\\$&'),
  ]
  const yaml = text.replaceAll("'", "''")
  const js = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')
  const entities = text.replaceAll(/[<>&"']/g, (each) => `&#${each.charCodeAt(0)};`)
  const ascii = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[^ -~]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const json = JSON.stringify(text).slice(1, -1)
  const twice = JSON.stringify(json).slice(1, -1)
  const slashes = json.replaceAll('/', '\\/')
  const encodings = encodingsOf(Buffer.from(text), text).filter((form) => !/^[\da-f]+$/i.test(form))
  return [
    ...new Set([text, unix, json, twice, slashes, ascii, ...shell, yaml, js, entities]),
    ...runnerEncodings(text),
    ...encodings,
  ].filter((form) => !isPiece(form, text))
}

/** PowerShell's halves of a command line are the runner's affair: alone they are too little to know a value by. */
function isPiece(form: string, text: string): boolean {
  return form.length < text.length && text.includes(form)
}

/** The text as it is, and as JSON, where they differ: what configuration in base64 has inside of it. */
function firstOf(words: readonly string[]): readonly Buffer[] {
  return words.slice(0, 3).map((word) => Buffer.from(word))
}

/** Base64 where `+`, `/` and `=` are written in another way: in URLs, and in JSON by PHP. */
function escapedBase64(form: string): readonly string[] {
  if (!/[+/]/.test(form)) return []
  const upper = form.replaceAll('+', '%2B').replaceAll('/', '%2F')
  return [upper, upper.replaceAll('%2B', '%2b').replaceAll('%2F', '%2f'), form.replaceAll('/', '\\/')]
}

function percentOf(bytes: Buffer): readonly string[] {
  const all = bytes.toString('hex').replaceAll(/../g, '%$&')
  return [
    all,
    all.toUpperCase(),
    all.replaceAll('%', '\\x'),
    all.replaceAll('%', '\\x').toUpperCase().replaceAll('\\X', '\\x'),
  ]
}

/** Without line ends and the indentation after them: a search over broken lines skips both. */
function squeeze(text: string): Buffer {
  return Buffer.from(text.replaceAll(/[ \t]*\r?\n[ \t]*/g, ''))
}

function distinct(forms: readonly Buffer[]): readonly Buffer[] {
  const known = new Map(
    forms.filter((form) => form.length >= SHORTEST).map((form) => [form.toString('latin1'), form]),
  )
  return [...known.values()]
}
