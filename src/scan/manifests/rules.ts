import type { RuleInfo } from '../rules/rule.ts'

const GOOD_PRACTICES = 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/'
const ENV = 'https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/'

/** What the structure of a file gives away, whatever the secret looks like. */
export const MANIFEST_RULES = {
  'kubernetes-secret': {
    description: 'Value of a Kubernetes Secret that is not encrypted',
    severity: 'high',
    remedy: GOOD_PRACTICES,
  },
  'kubernetes-configmap': {
    description: 'Credential in a ConfigMap',
    severity: 'high',
    remedy: GOOD_PRACTICES,
  },
  'kubernetes-env': {
    description: 'Credential as the literal value of an environment variable',
    severity: 'high',
    remedy: ENV,
  },
  'kubernetes-command': {
    description: 'Credential in a command line',
    severity: 'high',
    remedy: ENV,
  },
  'kubernetes-field': {
    description: 'Credential in a field of a Kubernetes object',
    severity: 'high',
    remedy: GOOD_PRACTICES,
  },
  'kustomize-secret': {
    description: 'Literal of a kustomize secretGenerator',
    severity: 'high',
    remedy: 'https://kubernetes.io/docs/tasks/configmap-secret/managing-secret-using-kustomize/',
  },
  'helm-values': {
    description: 'Credential in the values of a Helm chart',
    severity: 'high',
    remedy: 'https://helm.sh/docs/chart_best_practices/values/',
  },
  'docker-config': {
    description: 'Registry log-in of a Docker configuration',
    severity: 'high',
    remedy: 'https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/',
  },
  kubeconfig: {
    description: 'Credential of a kubeconfig',
    severity: 'critical',
    remedy: 'https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/',
  },
  compose: {
    description: 'Credential in a Compose file',
    severity: 'high',
    remedy: 'https://docs.docker.com/compose/how-tos/use-secrets/',
  },
  dotenv: {
    description: 'Credential in a file of environment variables',
    severity: 'high',
    remedy: 'https://12factor.net/config',
  },
  terraform: {
    description: 'Credential in a Terraform file',
    severity: 'high',
    remedy: 'https://developer.hashicorp.com/terraform/language/manage-sensitive-data',
  },
} as const satisfies Readonly<Record<string, Omit<RuleInfo, 'id'>>>

export type ManifestRule = keyof typeof MANIFEST_RULES

export const MANIFEST_RULE_LIST: readonly RuleInfo[] = Object.entries(MANIFEST_RULES).map(([id, rule]) => ({
  id,
  ...rule,
}))
