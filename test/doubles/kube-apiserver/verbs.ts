import { randomBytes } from 'node:crypto'
import type { Call, WriteCall } from './api.ts'
import {
  BODY_LIMIT,
  convert,
  dataError,
  decodeConfiguration,
  decodeObject,
  parseBody,
  parsePatch,
} from './decode.ts'
import { mergeJson, patchJson } from './json-patch.ts'
import { deleteObject } from './lifecycle.ts'
import { listObjects } from './list.ts'
import { applyConfiguration, updateManagedFields } from './managed-fields.ts'
import { asJson, isJsonObject, type JsonObject, type KubeObject } from './object.ts'
import { APPLY, parseWriteOptions } from './options.ts'
import type { Reply } from './request.ts'
import { apiVersionOf } from './resources.ts'
import {
  badRequest,
  conflict,
  internal,
  invalid,
  methodNotAllowed,
  notFound,
  StatusError,
  tooLarge,
  unsupportedMediaType,
} from './status.ts'
import { invalidValue } from './validation.ts'
import { typedErrors, typedPatchError } from './typed-errors.ts'
import { changeObject, createObject, placeObject } from './write.ts'

const MERGE = 'application/merge-patch+json'
const JSON_PATCH = 'application/json-patch+json'

/** What each verb does with objects of any kind. */
export const verbs: Readonly<Record<string, (call: Call) => Reply>> = {
  get: (call) => ({ status: 200, body: readLive(call) }),
  list: listObjects,
  create,
  update,
  patch,
  delete: remove,
}

function readLive({ api, of, attributes }: Call): KubeObject {
  const live = api.storage.read(of, of.namespaced ? attributes.namespace : '', attributes.name)
  if (live === undefined) throw notFound(of, attributes.name)
  return live
}

function create(call: Call): Reply {
  if (call.attributes.name !== '' && call.of.namespaced) throw methodNotAllowed()
  const options = parseWriteOptions(call.request, 'CreateOptions')
  const writing: WriteCall = { ...call, options }
  const object = decodeObject(call.of, call.request.body, call.warnings, options.strict)
  for (const field of [
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const) {
    Reflect.deleteProperty(object.metadata, field)
  }
  placeObject(writing, object)
  if (object.metadata.generateName && !object.metadata.name) {
    object.metadata.name = object.metadata.generateName + randomBytes(3).toString('hex').slice(0, 5)
  }
  const tracked = track(writing, undefined, object)
  return { status: 201, body: createObject(writing, tracked) }
}

function update(call: Call): Reply {
  const options = parseWriteOptions(call.request, 'UpdateOptions')
  const writing: WriteCall = { ...call, options }
  const object = decodeObject(call.of, call.request.body, call.warnings, options.strict)
  placeObject(writing, object)
  const written = changeObject(writing, {
    next: (live) => track(writing, live, object),
    createMissing: false,
    uid: object.metadata.uid,
  })
  return { status: 200, body: written.object }
}

function patch(call: Call): Reply {
  const contentType = String(call.request.headers['content-type'] ?? '').split(';')[0] ?? ''
  const accepted = [MERGE, JSON_PATCH, ...(call.of.schema === undefined ? [] : [APPLY])]
  if (!accepted.includes(contentType)) {
    throw unsupportedMediaType()
  }
  const writing: WriteCall = {
    ...call,
    options: parseWriteOptions(call.request, 'PatchOptions', contentType),
  }
  return contentType === APPLY ? apply(writing) : jsonPatch(writing, contentType)
}

function apply(call: WriteCall): Reply {
  const configuration = decodeConfiguration(call.request.body)
  const written = changeObject(call, {
    next: (live) => applied(call, live, configuration),
    createMissing: true,
  })
  return { status: written.created ? 201 : 200, body: written.object }
}

/** The live object with the configuration applied to it, as the server would keep it. */
function applied(call: WriteCall, live: KubeObject | undefined, configuration: KubeObject): KubeObject {
  const { of, options, attributes } = call
  const { apiVersion = '', kind = '', metadata } = configuration
  const { schema } = of
  if (schema === undefined) throw methodNotAllowed()
  if (apiVersion !== apiVersionOf(of) || kind !== of.kind) {
    throw badRequest(`invalid object type: /${apiVersion}, Kind=${kind}`)
  }
  if (metadata.managedFields != null) throw badRequest('metadata.managedFields must be nil')
  const where = `${metadata.namespace ?? ''}/${metadata.name ?? ''}; /${apiVersion}, Kind=${kind}`
  const errors = typedErrors(schema, asJson(configuration))
  if (errors.length > 0) throw typedPatchError(where, errors)
  const by = { manager: options.fieldManager, apiVersion, force: options.force }
  const next = applyConfiguration(schema, live, configuration, by)
  const corrupt = dataError(next)
  if (corrupt !== undefined) {
    throw internal(
      `failed to convert new object (${where}) to proper version: unable to convert unstructured object to /${apiVersion}, Kind=${kind}: error decoding from json: ${corrupt}`,
    )
  }
  const { uid } = next.metadata
  if (live === undefined && uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
    throw conflict(of, attributes.name, why)
  }
  return convert(of, next)
}

/** A merge patch or a JSON patch, which is read only where there is something to patch. */
function jsonPatch(call: WriteCall, contentType: string): Reply {
  const { of, request, warnings, options } = call
  if (request.body.length > BODY_LIMIT) throw tooLarge(BODY_LIMIT)
  const written = changeObject(call, {
    next: (live = { metadata: {} }) => {
      const document = JSON.stringify(patched(asJson(live), request.body, contentType))
      try {
        return track(call, live, decodeObject(of, Buffer.from(document), warnings, options.strict))
      } catch (error) {
        throw error instanceof StatusError ? patchedInvalid(document, error) : error
      }
    },
    createMissing: false,
  })
  return { status: 200, body: written.object }
}

function patched(live: JsonObject, body: Buffer, contentType: string): JsonObject {
  const change = parsePatch(body)
  const isList = Array.isArray(change)
  if (isList !== (contentType === JSON_PATCH))
    throw badRequest('error decoding patch: json: cannot unmarshal')
  return isList ? patchJson(live, change) : mergeJson(live, change)
}

/** The refusal quotes the whole object as it would have become. */
function patchedInvalid(merged: string, { message }: StatusError): StatusError {
  const why = message.replace(/^.*? cannot be handled as a \w+: /, '')
  return invalid({ group: '', kind: '' }, '', [invalidValue('patch', merged, why)])
}

/** The object with managedFields as its manager's update leaves them. */
function track({ of, options }: WriteCall, live: KubeObject | undefined, next: KubeObject): KubeObject {
  if (of.schema === undefined) return next
  const manager = {
    manager: options.fieldManager,
    operation: 'Update',
    apiVersion: apiVersionOf(of),
  } as const
  return updateManagedFields(of.schema, live, next, manager)
}

function remove(call: Call): Reply {
  const { api, of, request } = call
  const given = request.body.length === 0 ? {} : parseBody(request.body, 'DeleteOptions')
  const options = parseWriteOptions(request, 'DeleteOptions')
  const live = readLive(call)
  checkPreconditions(call, live, isJsonObject(given['preconditions']) ? given['preconditions'] : {})
  const listed = Array.isArray(given['dryRun']) ? given['dryRun'] : []
  // Options in the body go before those in the query, which are not looked at then.
  const dry = request.body.length === 0 ? options.dryRun : listed.includes('All')
  if (dry) return { status: 200, body: deleted(call, live) }
  const { object, gone } = deleteObject(api, of, live)
  return { status: 200, body: gone ? deleted(call, live) : object }
}

function checkPreconditions({ of, attributes }: Call, { metadata }: KubeObject, given: JsonObject): void {
  const subject = { ...of, resource: of.kind }
  const { uid, resourceVersion } = given
  if (typeof uid === 'string' && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''}). The object might have been deleted and then recreated`
    throw conflict(subject, attributes.name, why)
  }
  if (typeof resourceVersion === 'string' && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ''}). The object might have been modified`
    throw conflict(subject, attributes.name, why)
  }
}

function deleted({ of, attributes }: Call, { metadata }: KubeObject): object {
  const group = of.group === '' ? {} : { group: of.group }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: attributes.name, ...group, kind: of.resource, uid: metadata.uid },
  }
}
