import type { Plain } from '../config/document.ts'
import { isMapping } from '../config/overlay.ts'
import { ActionError } from '../error.ts'

export type PlainMap = { readonly [key: string]: Plain }

/** Reads what a kubeconfig names by path: certificates, keys, tokens. Relative ones belong to its own folder. */
export type ReadText = (path: string) => string

/** The PEM under `NAME-data` in base64, or the file that `NAME` names. */
export function pem(entry: PlainMap, name: string, readText: ReadText): string | undefined {
  const data = textOf(entry[`${name}-data`])
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8')
  const file = textOf(entry[name])
  return file === undefined ? undefined : readText(file)
}

export function listOf(value: Plain | undefined): readonly Plain[] {
  return Array.isArray(value) ? (value as readonly Plain[]) : []
}

export function textOf(value: Plain | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function texts(value: Plain | undefined): Record<string, string> {
  if (!isMapping(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
  )
}

export function invalid(message: string, hint: string, cause?: unknown): ActionError {
  return new ActionError({ code: 'KUBECONFIG_INVALID', message, hint }, { cause })
}
