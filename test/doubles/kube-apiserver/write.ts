import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { WriteCall } from './api.ts'
import { recountQuotas, release, settleNamespace } from './lifecycle.ts'
import { isTerminating } from './namespace.ts'
import { now, type KubeObject } from './object.ts'
import { exceededBy } from './quota.ts'
import { authorize, forbiddenTo } from './rbac.ts'
import { apiVersionOf, namespaces, resourceQuotas, secrets } from './resources.ts'
import {
  alreadyExists,
  badRequest,
  conflict,
  forbidden,
  internal,
  invalid,
  notFound,
  quote,
  STALE,
  StatusError,
  type Cause,
} from './status.ts'
import { checkPathSegment, validateMetadata, validateMetadataUpdate } from './validation.ts'

export interface Written {
  readonly object: KubeObject
  readonly created: boolean
}

/** How a write comes from what is there to what is to be there. */
export interface Change {
  next(live: KubeObject | undefined): KubeObject
  /** Server-side apply creates what it doesn't find. */
  readonly createMissing: boolean
  /** The uid that a PUT's body names. */
  readonly uid?: string | undefined
}

/** POST: there must be none of that name. */
export function createObject(call: WriteCall, object: KubeObject): KubeObject {
  admitNamespace(call, object.metadata.name ?? '', 'CREATE')
  const { namespace = '', name = '' } = object.metadata
  const exists = call.api.storage.read(call.of, namespace, name) !== undefined
  const checked = prepareCreate(call, object)
  if (object.metadata.resourceVersion)
    throw internal('resourceVersion should not be set on objects to be created')
  if (exists) throw alreadyExists(call.of, name)
  return store(call, checked)
}

/** PUT and PATCH: one atomic step from the live object to the next. */
export function changeObject(call: WriteCall, change: Change): Written {
  const { of, attributes, api } = call
  const namespace = of.namespaced ? attributes.namespace : ''
  const live = api.storage.read(of, namespace, attributes.name)
  if (live === undefined && !change.createMissing) throw notFound(of, attributes.name)
  checkUid(call, live, change.uid)
  const next = structuredClone(change.next(live === undefined ? undefined : structuredClone(live)))
  placeObject(call, next)
  checkVersion(next.metadata.resourceVersion)
  admitNamespace(call, attributes.name, live === undefined ? 'CREATE' : 'UPDATE')
  if (live === undefined) return { object: store(call, prepareCreate(call, next)), created: true }
  return { object: update(call, next, live), created: false }
}

/** Throws unless namespace and name are those of the URL; fills in the namespace. */
export function placeObject({ of, attributes }: WriteCall, object: KubeObject): void {
  const { metadata } = object
  const namespace = of.namespaced ? attributes.namespace : ''
  metadata.namespace ??= namespace
  if (metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  if (namespace === '') delete metadata.namespace
  if (attributes.name === '') return
  if (!metadata.name) {
    throw badRequest(
      `the name of the object (${attributes.name} based on URL) was undeterminable: name must be provided`,
    )
  }
  if (metadata.name !== attributes.name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${attributes.name})`,
    )
  }
}

function checkVersion(version = ''): void {
  if (!/^\d*$/.test(version)) throw internal(`strconv.ParseUint: parsing ${quote(version)}: invalid syntax`)
}

function checkUid(
  { of, attributes }: WriteCall,
  live: KubeObject | undefined,
  uid: string | undefined,
): void {
  const actual = live?.metadata.uid
  if (actual === undefined || !uid || uid === actual) return
  const key = `/registry/${of.resource}/${live?.metadata.namespace ?? ''}/${attributes.name}`
  const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${actual}`
  throw conflict(of, attributes.name, why)
}

/** Namespaces that are gone take nothing, those that are going nothing new. */
function admitNamespace(
  { api, of, attributes }: WriteCall,
  name: string,
  operation: 'CREATE' | 'UPDATE',
): void {
  if (!of.namespaced) return
  const namespace = api.storage.read(namespaces, '', attributes.namespace)
  if (namespace === undefined) throw notFound(namespaces, attributes.namespace)
  if (operation === 'UPDATE' || !isTerminating(namespace)) return
  const going = `namespace ${attributes.namespace} is being terminated`
  const why = `unable to create new content in namespace ${attributes.namespace} because it is being terminated`
  const refusal = forbidden(of, name, why)
  const causes: Cause[] = [{ reason: 'NamespaceTerminating', message: going, field: 'metadata.namespace' }]
  throw new StatusError(refusal.code, refusal.reason, refusal.message, { ...refusal.details, causes })
}

function prepareCreate(call: WriteCall, object: KubeObject): KubeObject {
  const { api, of, attributes, request } = call
  object.apiVersion = apiVersionOf(of)
  object.kind = of.kind
  object.metadata = { ...object.metadata, uid: randomUUID(), creationTimestamp: now() }
  of.prepareCreate(object)
  const own = of.validate(object)
  const causes = own.length > 0 ? own : validateMetadata(object.metadata, checkPathSegment)
  if (causes.length > 0) throw invalid(of, object.metadata.name ?? '', causes)
  call.warnings.push(...of.warn(object))
  const creation = { ...attributes, verb: 'create' }
  if (attributes.verb !== 'create' && !authorize(api.storage, request.user, creation).allowed) {
    throw forbiddenTo(request.user, creation)
  }
  review(call, object, 'CREATE')
  admitQuota(call, object)
  return object
}

function update(call: WriteCall, next: KubeObject, live: KubeObject): KubeObject {
  const { of, attributes } = call
  const { metadata } = next
  metadata.resourceVersion ||= live.metadata.resourceVersion ?? ''
  if (metadata.resourceVersion !== live.metadata.resourceVersion) throw conflict(of, attributes.name, STALE)
  of.prepareUpdate(next, live)
  metadata.uid ||= live.metadata.uid ?? ''
  keepTimes(next, live)
  const causes = [
    ...validateMetadata(metadata, checkPathSegment),
    ...validateMetadataUpdate(metadata, live.metadata),
    ...of.validateUpdate(next, live),
  ]
  if (causes.length > 0) throw invalid(of, attributes.name, causes)
  call.warnings.push(...of.warn(next))
  keepManagedTimes(next, live)
  review(call, next, 'UPDATE')
  if (live.metadata.deletionTimestamp !== undefined && !next.metadata.finalizers?.length) {
    if (!call.options.dryRun) release(call.api, of, live)
    return next
  }
  return isDeepStrictEqual(next, live) ? live : store(call, next)
}

/** What no update changes. */
function keepTimes({ metadata }: KubeObject, live: KubeObject): void {
  const { creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } = live.metadata
  if (creationTimestamp !== undefined) metadata.creationTimestamp = creationTimestamp
  if (deletionTimestamp !== undefined) metadata.deletionTimestamp = deletionTimestamp
  if (deletionGracePeriodSeconds !== undefined)
    metadata.deletionGracePeriodSeconds = deletionGracePeriodSeconds
}

/** An object that differs by the times in its managedFields alone does not differ. */
function keepManagedTimes(next: KubeObject, live: KubeObject): void {
  const { managedFields } = live.metadata
  if (managedFields !== undefined && isDeepStrictEqual(timeless(next), timeless(live))) {
    next.metadata.managedFields = managedFields
  }
}

function timeless(object: KubeObject): KubeObject {
  const managedFields = (object.metadata.managedFields ?? []).map((entry) => ({ ...entry, time: '' }))
  return { ...object, metadata: { ...object.metadata, managedFields } }
}

/** What validating webhooks say. */
function review({ api, options }: WriteCall, object: KubeObject, operation: 'CREATE' | 'UPDATE'): void {
  const denial = api.admission.deny?.(structuredClone(object), { operation, dryRun: options.dryRun })
  if (denial === undefined) return
  const webhook = `admission webhook ${quote(denial.webhook)}`
  if ('noDryRun' in denial) {
    if (options.dryRun) throw badRequest(`${webhook} does not support dry run`)
    return
  }
  throw new StatusError(denial.code ?? 400, '', `${webhook} denied the request: ${denial.message}`)
}

function admitQuota({ api, of, attributes }: WriteCall, object: KubeObject): void {
  if (of !== secrets) return
  for (const quota of api.storage.list(resourceQuotas, attributes.namespace)) {
    const why = exceededBy(quota)
    if (why !== undefined) throw forbidden(of, object.metadata.name ?? '', why)
  }
}

/** Keeps the object, unless the run is dry. */
function store({ api, of, options }: WriteCall, object: KubeObject): KubeObject {
  if (options.dryRun) return object
  const stored = api.storage.write(of, object)
  const { namespace = '' } = stored.metadata
  recountQuotas(api.storage, of === secrets || of === resourceQuotas ? namespace : '')
  settleNamespace(api, namespace)
  return of === resourceQuotas
    ? (api.storage.read(of, namespace, stored.metadata.name ?? '') ?? stored)
    : stored
}
