import { looksSecret } from '../policy/literal-credential.ts'
import type { Fault } from '../values/reference.ts'
import { placeholders, type Template } from '../values/template.ts'
import { isInsideCluster } from './cluster-address.ts'
import type { HttpSpec } from './spec.ts'
import { templatesOfProbe } from './templates.ts'

/** A fault and the field of the check it is in. */
export type HttpFault = Fault & { readonly at: readonly string[] }

/** Everything that is wrong with a request before any value is known. */
export function checkHttp(spec: HttpSpec, insecure: boolean): readonly HttpFault[] {
  return [...urlFaults(spec, insecure), ...headerFaults(spec), ...bodyFaults(spec), ...fieldFaults(spec)]
}

function urlFaults(spec: HttpSpec, insecure: boolean): readonly HttpFault[] {
  const { url, through } = spec
  if (through !== undefined && url.startsWith('/')) return []
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const fault =
    parsed === undefined
      ? through === undefined
        ? NO_URL
        : NO_URL_OR_PATH
      : faultOf(parsed, through === undefined && !insecure && carriesValues(spec))
  return fault === undefined ? [] : [{ at: ['url'], ...fault }]
}

/** `mustBeKept`: whether what is sent is nobody's business on the way. */
function faultOf(url: URL, mustBeKept: boolean): Fault | undefined {
  if (!/^https?:$/.test(url.protocol)) return NO_URL
  if (url.username !== '' || url.password !== '') return USER_INFO
  return mustBeKept && isOverheard(url) ? IN_THE_CLEAR : undefined
}

/** Whether others on the way may read what is sent there. */
function isOverheard({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !isInsideCluster(hostname)
}

const NO_URL: Fault = { message: 'not a URL', hint: 'write https://host/path; a path alone needs `through`' }
const NO_URL_OR_PATH: Fault = {
  message: 'neither a URL nor a path',
  hint: 'write /path or https://host/path',
}
const USER_INFO: Fault = {
  message: 'a user or password in a URL',
  hint: 'use `basic-auth`; URLs end up in the logs of servers and proxies',
}
const IN_THE_CLEAR: Fault = {
  message: 'values would go over plain HTTP to a place that is not known to be inside the cluster',
  hint: 'use https, a name that ends in .svc or .cluster.local, or `through: service/NAME:PORT`; `insecure: true` sends them all the same',
}

/** Whether anything in the request is secret: a value, or a text that looks like a credential. */
function carriesValues(spec: HttpSpec): boolean {
  return templatesOfProbe(spec).some(
    ([name, { template }]) => placeholders(template).length > 0 || looksSecret(name, template),
  )
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/
/** What frames a message or a connection: ours to set. */
const OURS =
  /^(?:connection|content-length|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i

function headerFaults({ headers, basicAuth }: HttpSpec): readonly HttpFault[] {
  const names = [...headers.keys()]
  const lower = names.map((name) => name.toLowerCase())
  const faults = names.flatMap((name, index): HttpFault[] => {
    const at = ['headers', name]
    if (!TOKEN.test(name))
      return [
        { at: ['headers'], message: 'a name that no header can have', hint: 'write `Name: value` lines' },
      ]
    if (OURS.test(name))
      return [
        { at, message: 'a header that is not yours to set', hint: 'leave it out: it is made of the request' },
      ]
    if (lower.indexOf(name.toLowerCase()) < index)
      return [{ at, message: 'a header a second time', hint: 'names of headers ignore case: keep one' }]
    return []
  })
  if (basicAuth === undefined || !lower.includes('authorization')) return faults
  const hint = 'keep one of them'
  return [...faults, { at: ['basic-auth'], message: '`basic-auth` beside an Authorization header', hint }]
}

function bodyFaults(spec: HttpSpec): readonly HttpFault[] {
  const { body, method } = spec
  if (body === undefined) return []
  const at = ['body']
  if (method === 'GET' || method === 'HEAD')
    return [{ at, message: `a body with ${method}`, hint: 'leave one of them out, or use POST' }]
  const type = contentType(spec)
  if (/\bjson$/.test(type)) return jsonFaults(body.template).map((fault) => ({ ...fault, at }))
  if (type !== 'application/x-www-form-urlencoded') return []
  const raw = placeholders(body.template).some(({ filters }) => filters.at(-1) !== 'uri')
  return raw
    ? [{ at, message: 'a value in a form without |uri', hint: 'write it with the filter: ${…|uri}' }]
    : []
}

/** The media type of the body, without parameters: what the header says, else JSON where it looks like that, else text. */
export function contentType({ headers, body }: Pick<HttpSpec, 'headers' | 'body'>): string {
  const header = [...headers].find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const text = header === undefined ? undefined : literalOf(header.template, () => '')
  if (text !== undefined) return (text.split(';')[0] ?? '').trim().toLowerCase()
  const looksLikeJson = body !== undefined && /^\s*[{[]/.test(literalOf(body.template, () => ''))
  return looksLikeJson ? 'application/json' : 'text/plain'
}

/** A JSON string of a value brings its quotes; base64 and URL encoding need none of their own. */
function jsonFaults(template: Template): readonly Fault[] {
  const raw = placeholders(template).some(({ filters }) => filters.length === 0)
  if (raw)
    return [
      {
        message: 'a value in a JSON body without |json',
        hint: 'write it with the filter, which brings the quotes: {"password": ${password|json}}',
      },
    ]
  const text = literalOf(template, ({ filters }) => (filters.at(-1) === 'json' ? '"x"' : 'x'))
  try {
    JSON.parse(text)
    return []
  } catch {
    return [
      {
        message: 'the body is not JSON, whatever the values are',
        hint: '|json brings the quotes of a string: put none around it; other filters need quotes',
      },
    ]
  }
}

function literalOf(
  { parts }: Template,
  placeholder: (part: Template['parts'][number] & { kind: 'placeholder' }) => string,
): string {
  return parts.map((part) => (part.kind === 'literal' ? part.text : placeholder(part))).join('')
}

function fieldFaults({ expect, method }: HttpSpec): readonly HttpFault[] {
  if (expect.fields.some((field) => field === ''))
    return [
      { at: ['expect', 'json'], message: 'a field without a name', hint: 'write `token` or `/data/token`' },
    ]
  if (expect.fields.length === 0 || method !== 'HEAD') return []
  return [
    { at: ['expect', 'json'], message: 'fields of the answer to HEAD, which has none', hint: 'use GET' },
  ]
}
