import type { Api } from './api.ts'
import { parseBody } from './decode.ts'
import { isJsonObject, type JsonObject } from './object.ts'
import { authorize, authorizePath, grantedRules, type Rule } from './rbac.ts'
import type { ApiRequest, Attributes, Reply, User } from './request.ts'

type Review = (api: Api, user: User, spec: JsonObject) => object

const REVIEWS: Readonly<Record<string, Review>> = {
  'authorization.k8s.io/selfsubjectaccessreviews': reviewAccess,
  'authorization.k8s.io/selfsubjectrulesreviews': reviewRules,
  'authentication.k8s.io/selfsubjectreviews': reviewSelf,
}

/** The answer to a review of one's own rights; undefined where the path is none. */
export function answerReview(api: Api, request: ApiRequest, attributes: Attributes): Reply | undefined {
  const review = REVIEWS[`${attributes.group}/${attributes.resource}`]
  if (review === undefined || attributes.verb !== 'create') return undefined
  const body = parseBody(request.body)
  const spec = isJsonObject(body['spec']) ? body['spec'] : {}
  const answered = { apiVersion: `${attributes.group}/v1`, metadata: {}, ...body }
  return { status: 201, body: { ...answered, status: review(api, request.user, spec) } }
}

function reviewAccess({ storage }: Api, user: User, spec: JsonObject): object {
  const nonResource = spec['nonResourceAttributes']
  if (isJsonObject(nonResource)) {
    const { verb, path } = texts(nonResource)
    return { allowed: authorizePath(storage, user, verb ?? '', path ?? '') }
  }
  const resource = spec['resourceAttributes']
  const asked = texts(isJsonObject(resource) ? resource : {})
  const wanted = { verb: '', group: '', resource: '', subresource: '', namespace: '', name: '', ...asked }
  const { allowed, reason } = authorize(storage, user, wanted)
  return { allowed, ...(reason === '' ? {} : { reason }) }
}

function reviewRules({ storage, incompleteRules }: Api, user: User, spec: JsonObject): object {
  const rules = grantedRules(storage, user, texts(spec)['namespace'] ?? '').map(({ rule }) => rule)
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

function reviewSelf(_api: Api, user: User): object {
  return { userInfo: { username: user.name, groups: user.groups } }
}

function texts(fields: JsonObject): Record<string, string> {
  const entries = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(entries)
}
