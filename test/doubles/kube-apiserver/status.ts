/** One entry of `details.causes`. */
export interface Cause {
  readonly reason: string
  readonly message: string
  readonly field?: string
}

export interface Details {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly Cause[]
  readonly retryAfterSeconds?: number
}

/** Which resource or kind an error speaks of. */
export interface Subject {
  readonly group: string
  readonly resource: string
  readonly kind: string
}

/** A refusal, thrown anywhere and answered as a Status object. */
export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly code: number
  readonly reason: string
  readonly details: Details | undefined

  constructor(code: number, reason: string, message: string, details?: Details) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
  }
}

export function failureStatus(error: StatusError): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    ...(error.reason === '' ? {} : { reason: error.reason }),
    ...(error.details === undefined ? {} : { details: error.details }),
    code: error.code,
  }
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message)
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized')
}

export function forbidden(of: Subject, name: string, why: string): StatusError {
  const subject = name === '' ? qualified(of) : `${qualified(of)} ${quote(name)}`
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${why}`, details(of, name))
}

export function notFound(of: Subject, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(of)} ${quote(name)} not found`, details(of, name))
}

/** A path that leads nowhere. */
export function noSuchResource(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {})
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource'
  return new StatusError(405, 'MethodNotAllowed', message, {})
}

export function alreadyExists(of: Subject, name: string): StatusError {
  const message = `${qualified(of)} ${quote(name)} already exists`
  return new StatusError(409, 'AlreadyExists', message, details(of, name))
}

export function conflict(of: Subject, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(of)} ${quote(name)}: ${why}`
  return new StatusError(409, 'Conflict', message, details(of, name))
}

/** What the bound resourceVersion no longer being the live one is answered with. */
export const STALE =
  'the object has been modified; please apply your changes to the latest version and try again'

export function tooLarge(limit: number): StatusError {
  const message = `Request entity too large: limit is ${limit}`
  return new StatusError(413, 'RequestEntityTooLarge', message)
}

export function unsupportedMediaType(): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
}

/** 422 with a cause a field. */
export function invalid(
  of: { group: string; kind: string },
  name: string,
  causes: readonly Cause[],
): StatusError {
  const messages = causes.map((cause) => `${cause.field ?? ''}: ${cause.message}`)
  const distinct = [...new Set(messages)]
  const list = distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`
  const kind = of.group === '' ? of.kind : `${of.kind}.${of.group}`
  const about = { ...(name === '' ? {} : { name }), ...(of.group === '' ? {} : { group: of.group }) }
  return new StatusError(422, 'Invalid', `${kind} ${quote(name)} is invalid: ${list ?? ''}`, {
    ...about,
    ...(of.kind === '' ? {} : { kind: of.kind }),
    causes,
  })
}

/** An error that isn't a Status of its own: code 500, no reason, and whatever text the server had. */
export function internal(message: string): StatusError {
  return new StatusError(500, '', message)
}

export function quote(text: string): string {
  return JSON.stringify(text)
}

function qualified({ group, resource }: Subject): string {
  return group === '' ? resource : `${resource}.${group}`
}

function details({ group, resource }: Subject, name: string): Details {
  return {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: resource,
  }
}
