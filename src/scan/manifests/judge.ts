import { classifyName, mayBeCredential, type NameClass } from './credential-name.ts'
import { isHarmless, isPlaceholder, isProse, isTemplate, isWordy } from './value.ts'

/**
 * How a value came to its name. `declared`: it stands where only secrets do (a Secret, a kubeconfig). `named`: it stands
 * where anything may (an environment variable, a ConfigMap), and its name has to tell.
 */
export type Manner = 'declared' | 'named'

/** Whether a value on one line is a secret that stands in the open. */
export function isSecret(name: string, value: string, manner: Manner): boolean {
  if (manner === 'named' && !mayBeCredential(name)) return false
  const named = classifyName(name)
  if (named === 'plain' || (named === 'unknown' && manner === 'named')) return false
  const text = value.trim()
  if (isHarmless(text)) return false
  return manner === 'declared' ? isDeclared(named, text) : isNamed(named, text)
}

function isDeclared(named: NameClass, text: string): boolean {
  return named !== 'unknown' || (text.length >= 6 && !isWordy(text))
}

function isNamed(named: NameClass, text: string): boolean {
  if (named !== 'credential') return isRandom(text)
  return !isProse(text) && !/^\d{1,5}$/.test(text) && !isNameLike(text)
}

/** `db-credentials`, `auth.password`: what a secret is called, not the secret. */
function isNameLike(text: string): boolean {
  return /^[a-z]+(?:[-._/][a-z]+)+$/.test(text) && classifyName(text) !== 'unknown'
}

function isRandom(text: string): boolean {
  return text.length >= 10 && !/\s/.test(text) && !isWordy(text) && /\d/.test(text) && /[a-z]/i.test(text)
}

export interface Part {
  readonly start: number
  readonly end: number
}

/** A password in front of a host, wherever it stands: `scheme://user:password@host`. */
export function passwordsInUrls(text: string): readonly Part[] {
  if (!text.includes('://')) return []
  return [...text.matchAll(URL_PASSWORD)].flatMap(({ 0: whole, 1: head = '', 2: password = '', index }) => {
    const start = index + head.length
    const user = /\/\/([^:]*):$/.exec(head)?.[1] ?? ''
    const said = isHarmless(password) || password.toLowerCase() === user.toLowerCase() || whole === ''
    return said ? [] : [{ start, end: start + password.length }]
  })
}

const URL_PASSWORD =
  /\b([a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/"'`<>]{0,100}:)([^\s@/"'`<>]{3,200})@(?=[\w[$%{*])/gi

/** The literal that a template falls back on, or encodes: `{{ .x | default "literal" }}`, `${X:-literal}`. */
export function literalsInTemplates(text: string): readonly (Part & { readonly text: string })[] {
  if (!isTemplate(text)) return []
  return [...text.matchAll(TEMPLATE_LITERAL)].flatMap(
    ({ 0: whole, 1: head = '', 2: literal = '', index }) => {
      const start = index + head.length
      return isPlaceholder(literal) || whole === ''
        ? []
        : [{ start, end: start + literal.length, text: literal }]
    },
  )
}

const TEMPLATE_LITERAL =
  /((?:\|\s{0,4}default\s{1,4}|\bdefault\s{1,4}|\{\{-?\s{0,4})\\?["'`]|\$\{\w{1,80}:?[-=])([^"'`{}\\\s]{4,120})(?=\\?["'`}])/g
