/** Where a value is kept: `store://key?query#property`. */
export interface Reference {
  /** A built-in store's name or one declared under `stores`. */
  readonly store: string
  readonly key: string
  readonly query: Readonly<Record<string, string>>
  /** `name` (a top-level JSON property), `/a/b` (a JSON pointer), or what the store makes of it. */
  readonly property: string | undefined
}

/** Why a text is no reference or template. Never quotes the text: a pasted secret may stand in it. */
export interface Fault {
  readonly message: string
  readonly hint: string
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Fault)

const SHAPE = /^([a-z][a-z0-9-]*):\/\/([^?#|]*)(?:\?([^#|]*))?(?:#([^|]*))?$/
const ENVIRONMENT = '{environment}'
const GRAMMAR = 'write store://key, store://key#property or store://key?version=N#property'

/**
 * Parses a reference. The grammar is our own, not URL's, because `file://a/b` and ARNs are no URLs; `# ? | }` in a key
 * are percent-encoded. `{environment}` becomes `environment`; without one it is a fault.
 */
export function parseReference(text: string, environment: string | undefined): Parsed<Reference> {
  const named = substituteEnvironment(text, environment)
  if (!named.ok) return named
  const match = SHAPE.exec(named.value)
  if (match === null) return fault('not a reference to a store', GRAMMAR)
  const [, store = '', key = '', query, property] = match
  if (key === '') return fault('a reference without a key', GRAMMAR)
  try {
    return {
      ok: true,
      value: {
        store,
        key: decodeURIComponent(key),
        query: parseQuery(query),
        property: property === undefined ? undefined : decodeURIComponent(property),
      },
    }
  } catch {
    return fault('a percent sign that encodes nothing', 'write % in a key as %25')
  }
}

/** A reference given field by field, where nothing is percent-encoded; `{environment}` is the same as in a short one. */
export function longReference(given: Reference, environment: string | undefined): Parsed<Reference> {
  if (given.key === '') return fault('a reference without a key', 'give it a `key`')
  const texts = [given.key, given.property ?? '', ...Object.values(given.query)]
  if (environment === undefined && texts.some((text) => text.includes(ENVIRONMENT))) return noEnvironment()
  const named = (text: string): string => text.replaceAll(ENVIRONMENT, () => environment ?? '')
  return {
    ok: true,
    value: {
      store: given.store,
      key: named(given.key),
      query: Object.fromEntries(Object.entries(given.query).map(([name, text]) => [name, named(text)])),
      property: given.property === undefined ? undefined : named(given.property),
    },
  }
}

/** The reference as it is written, for reports; the inverse of parsing. */
export function describeReference({ store, key, query, property }: Reference): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encode(name).replaceAll('=', '%3D')}=${encode(value)}`,
  )
  const pinned = pairs.length === 0 ? '' : `?${pairs.join('&')}`
  return `${store}://${encode(key)}${pinned}${property === undefined ? '' : `#${encode(property)}`}`
}

function substituteEnvironment(text: string, environment: string | undefined): Parsed<string> {
  if (!text.includes(ENVIRONMENT)) return { ok: true, value: text }
  if (environment === undefined) return noEnvironment()
  return { ok: true, value: text.replaceAll(ENVIRONMENT, () => encode(environment)) }
}

function noEnvironment(): { ok: false } & Fault {
  return fault('`{environment}` in a reference, but no environment is chosen', 'set the `environment` input')
}

function parseQuery(query: string | undefined): Record<string, string> {
  const pairs = (query ?? '').split('&').filter((pair) => pair !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...rest] = pair.split('=')
      return [decodeURIComponent(name), decodeURIComponent(rest.join('='))]
    }),
  )
}

function encode(text: string): string {
  return text.replace(/[%#?|}&]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function fault(message: string, hint: string): { ok: false } & Fault {
  return { ok: false, message, hint }
}
