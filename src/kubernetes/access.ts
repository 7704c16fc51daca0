import { mapConcurrently } from '../concurrency.ts'
import type { Access, Cluster } from './cluster.ts'
import type { Http } from './http.ts'
import { list, mapping, text } from './objects.ts'

interface Rule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
}

/**
 * Asks what the credentials may do. One SelfSubjectRulesReview a namespace answers for all where the server can
 * enumerate its rules; where its answer is `incomplete` (webhook authorisers), one SelfSubjectAccessReview a question.
 */
export function createAccess(http: Http): Pick<Cluster, 'denied'> {
  const mayEach = async (wanted: readonly Access[]): Promise<readonly Access[]> => {
    const general = await deniedOf(http, distinct(wanted.map(generally)))
    const open = wanted.filter((access) =>
      general.some((each) => kindOfAccess(each) === kindOfAccess(access)),
    )
    return deniedOf(http, open)
  }
  return {
    async denied(wanted) {
      const namespaces = [...new Set(wanted.map(({ namespace }) => namespace))]
      const answers = await mapConcurrently(namespaces, 4, async (namespace) => {
        const here = wanted.filter((access) => access.namespace === namespace)
        const rules = namespace === '' ? undefined : await readRules(http, namespace)
        return rules === undefined
          ? mayEach(here)
          : here.filter((access) => !rules.some((rule) => allows(rule, access)))
      })
      return answers.flat()
    },
  }
}

async function deniedOf(http: Http, wanted: readonly Access[]): Promise<readonly Access[]> {
  const answers = await mapConcurrently(wanted, 16, async (access) =>
    (await may(http, access)) ? [] : [access],
  )
  return answers.flat()
}

function distinct(wanted: readonly Access[]): readonly Access[] {
  return [...new Map(wanted.map((access) => [kindOfAccess(access), access])).values()]
}

/** The same for all names. */
function generally({ namespace, verb, resource, group }: Access): Access {
  return { namespace, verb, resource, ...(group === undefined ? {} : { group }) }
}

function kindOfAccess({ verb, resource, group = '' }: Access): string {
  return `${verb} ${group}/${resource}`
}

/** The rules in a namespace; undefined where the server says that they are not all. */
async function readRules(http: Http, namespace: string): Promise<readonly Rule[] | undefined> {
  const body = JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace },
  })
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
  const answer = await http.send({
    doing: `review of the permissions in ${namespace}`,
    method: 'POST',
    path,
    body,
    repeatable: true,
    accept: [403, 404],
  })
  const { incomplete, resourceRules } = mapping(mapping(answer.body)['status'])
  if (answer.status >= 400 || incomplete === true) return undefined
  return list(resourceRules)
    .map(mapping)
    .map((rule) => ({
      verbs: list(rule['verbs']).map(text),
      apiGroups: list(rule['apiGroups']).map(text),
      resources: list(rule['resources']).map(text),
      resourceNames: list(rule['resourceNames']).map(text),
    }))
}

function allows(rule: Rule, { verb, resource, name, group = '' }: Access): boolean {
  const has = (words: readonly string[], word: string): boolean => words.includes(word) || words.includes('*')
  const named = rule.resourceNames.length === 0 || (name !== undefined && rule.resourceNames.includes(name))
  return has(rule.verbs, verb) && has(rule.apiGroups, group) && has(rule.resources, resource) && named
}

async function may(http: Http, { namespace, verb, resource, name, group = '' }: Access): Promise<boolean> {
  const [of, subresource] = resource.split('/')
  const resourceAttributes = {
    verb,
    resource: of,
    ...(subresource === undefined ? {} : { subresource }),
    group,
    ...(namespace === '' ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  }
  const body = JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  })
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  const doing = `review of the permission to ${verb} ${resource}`
  const answer = await http.send({ doing, method: 'POST', path, body, repeatable: true })
  return mapping(mapping(answer.body)['status'])['allowed'] === true
}
