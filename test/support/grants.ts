import type { ApiClient } from './api-request.ts'
import type { Answer, Grant, TestServer } from './server.ts'

type Scope = Parameters<TestServer['user']>[2]

/** A path to POST to, and the object. */
interface Creation {
  readonly path: string
  readonly body: object
}

const RBAC = 'rbac.authorization.k8s.io'
const RBAC_PATH = `/apis/${RBAC}/v1`

/** The Roles and RoleBindings (or ClusterRole and ClusterRoleBinding) that give the user `name` its `grants`. */
export function grantObjects(name: string, grants: readonly Grant[], scope: Scope): readonly Creation[] {
  const rules = grants.map(policyRule)
  if ('cluster' in scope) return roleAndBinding(name, rules, 'ClusterRole', RBAC_PATH)
  return scope.namespaces.flatMap((namespace) =>
    roleAndBinding(name, rules, 'Role', `${RBAC_PATH}/namespaces/${namespace}`),
  )
}

/** Makes those objects; a Role that exists already gets these grants instead. */
export async function createGrants(
  api: ApiClient,
  name: string,
  grants: readonly Grant[],
  scope: Scope,
): Promise<void> {
  for (const { path, body } of grantObjects(name, grants, scope)) {
    const created = await api.request('POST', path, body)
    const answer = created.status === 409 ? await api.request('PUT', `${path}/${name}`, body) : created
    expectSuccess(answer, `creating ${path}/${name}`)
  }
}

/** Throws with the server's message unless `answer` is 2xx. */
export function expectSuccess(answer: Answer, what: string): void {
  if (answer.status >= 200 && answer.status < 300) return
  throw new Error(`${what}: ${String(answer.status)} ${JSON.stringify(answer.body)}`)
}

function policyRule(grant: Grant): object {
  return {
    apiGroups: grant.apiGroups ?? [''],
    resources: grant.resources,
    verbs: grant.verbs,
    ...(grant.resourceNames === undefined ? {} : { resourceNames: grant.resourceNames }),
  }
}

function roleAndBinding(
  name: string,
  rules: readonly object[],
  kind: 'Role' | 'ClusterRole',
  path: string,
): readonly Creation[] {
  const common = { apiVersion: `${RBAC}/v1`, metadata: { name } }
  const binding = {
    ...common,
    kind: `${kind}Binding`,
    subjects: [{ kind: 'User', apiGroup: RBAC, name }],
    roleRef: { apiGroup: RBAC, kind, name },
  }
  const plural = kind.toLowerCase()
  return [
    { path: `${path}/${plural}s`, body: { ...common, kind, rules } },
    { path: `${path}/${plural}bindings`, body: binding },
  ]
}
