import type { ApiRequest } from './request.ts'
import { invalid, type Cause } from './status.ts'
import { forbiddenValue, required, validateFieldManager } from './validation.ts'

export const APPLY = 'application/apply-patch+yaml'

/** The query of a write. */
export interface WriteOptions {
  readonly fieldManager: string
  readonly dryRun: boolean
  readonly force: boolean
  readonly strict: boolean
  readonly warn: boolean
}

/** Throws the 422 that names each option that can't be. */
export function parseWriteOptions(request: ApiRequest, kind: string, contentType?: string): WriteOptions {
  const { query } = request
  const manager = query.get('fieldManager') ?? ''
  const validation = query.get('fieldValidation') ?? ''
  const causes = [
    ...(contentType === undefined ? [] : checkForce(query, contentType, manager)),
    ...validateFieldManager(manager),
    ...checkDryRun(query.getAll('dryRun')),
    ...notSupported('fieldValidation', [validation], ['', 'Ignore', 'Strict', 'Warn']),
  ]
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', causes)
  return {
    fieldManager: manager === '' ? userAgent(request) : manager,
    dryRun: query.getAll('dryRun').includes('All'),
    force: ['true', '1', ''].includes(query.get('force') ?? 'false'),
    strict: validation === 'Strict',
    warn: validation === '' || validation === 'Warn',
  }
}

function checkForce(query: URLSearchParams, contentType: string, manager: string): Cause[] {
  if (contentType === APPLY)
    return manager === '' ? [required('fieldManager', 'is required for apply patch')] : []
  return query.has('force') ? [forbiddenValue('force', 'may not be specified for non-apply patch')] : []
}

/** Go prints the whole list. */
function checkDryRun(values: readonly string[]): Cause[] {
  return values.every((value) => value === 'All') ? [] : [unsupported('dryRun', values, ['All'])]
}

function notSupported(field: string, values: readonly string[], supported: readonly string[]): Cause[] {
  return values
    .filter((value) => !supported.includes(value))
    .map((value) => unsupported(field, value, supported))
}

function unsupported(field: string, value: unknown, supported: readonly string[]): Cause {
  const list = supported.map((each) => JSON.stringify(each)).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`
  return { reason: 'FieldValueNotSupported', message, field }
}

/** Who writes without a field manager is known by its user agent, up to the slash. */
function userAgent({ headers }: ApiRequest): string {
  const agent = headers['user-agent']
  const prefix = (typeof agent === 'string' ? agent : '').split('/')[0] ?? ''
  return prefix === '' ? 'unknown' : prefix.slice(0, 128)
}
