import type { Api } from './api.ts'
import { parseBody } from './decode.ts'
import { isJsonObject, now, type JsonObject } from './object.ts'
import { authorize, authorizePath, grantedRules, type Rule } from './rbac.ts'
import type { ApiRequest, Attributes, Reply, User } from './request.ts'
import { badRequest, invalid, methodNotAllowed } from './status.ts'
import { invalidValue } from './validation.ts'

interface ReviewKind {
  readonly kind: string
  answer(api: Api, user: User, spec: JsonObject): object
}

const KINDS: Readonly<Record<string, ReviewKind>> = {
  'authorization.k8s.io/selfsubjectaccessreviews': {
    kind: 'SelfSubjectAccessReview',
    answer: (api, user, spec) => ({ spec, status: reviewAccess(api, user, spec) }),
  },
  'authorization.k8s.io/selfsubjectrulesreviews': {
    kind: 'SelfSubjectRulesReview',
    answer: (api, user, spec) => ({ spec: {}, status: reviewRules(api, user, spec) }),
  },
  'authentication.k8s.io/selfsubjectreviews': {
    kind: 'SelfSubjectReview',
    answer: (_, user) => ({
      metadata: { creationTimestamp: now() },
      status: { userInfo: { username: user.name, groups: user.groups } },
    }),
  },
}

/** The answer to a review of one's own rights; undefined where the path is none. */
export function answerReview(api: Api, request: ApiRequest, attributes: Attributes): Reply | undefined {
  const kind = KINDS[`${attributes.group}/${attributes.resource}`]
  if (kind === undefined) return undefined
  if (attributes.verb !== 'create') throw methodNotAllowed()
  const body = parseBody(request.body, kind.kind)
  const spec = isJsonObject(body['spec']) ? body['spec'] : {}
  const answered = kind.answer(api, request.user, spec)
  return {
    status: 201,
    body: { kind: kind.kind, apiVersion: `${attributes.group}/v1`, metadata: {}, ...answered },
  }
}

function reviewAccess({ storage }: Api, user: User, spec: JsonObject): object {
  const nonResource = spec['nonResourceAttributes']
  if (isJsonObject(nonResource)) {
    const { verb, path } = texts(nonResource)
    return { allowed: authorizePath(storage, user, verb ?? '', path ?? '') }
  }
  const resource = spec['resourceAttributes']
  if (!isJsonObject(resource)) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
    const of = { group: 'authorization.k8s.io', kind: '' }
    throw invalid(of, '', [invalidValue('spec.resourceAttributes', null, why)])
  }
  const asked = texts(resource)
  const wanted = { verb: '', group: '', resource: '', subresource: '', namespace: '', name: '', ...asked }
  const { allowed, reason } = authorize(storage, user, wanted)
  return { allowed, ...(reason === '' ? {} : { reason }) }
}

function reviewRules({ storage, incompleteRules }: Api, user: User, spec: JsonObject): object {
  const { namespace = '' } = texts(spec)
  if (namespace === '') throw badRequest('no namespace on request')
  const rules = grantedRules(storage, user, namespace).map(({ rule }) => rule)
  return {
    resourceRules: rules.filter((rule) => rule.resources !== undefined).map(resourceRule),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs !== undefined)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: incompleteRules,
  }
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: Rule): object {
  return { verbs, apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }) }
}

function texts(fields: JsonObject): Record<string, string> {
  const entries = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(entries)
}
