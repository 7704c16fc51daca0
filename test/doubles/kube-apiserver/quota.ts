import type { KubeObject } from './object.ts'

/** The names by which a quota counts Secrets. */
const COUNTED = ['secrets', 'count/secrets']

type Amounts = Record<string, string>

/** The quota controller's work: the limits are in force at once, and what is there counts. */
export function prepareQuota(quota: KubeObject): void {
  quota['spec'] ??= {}
  quota['status'] ??= {}
}

/** The status belongs to the server. */
export function keepQuotaStatus(next: KubeObject, previous: KubeObject): void {
  next['status'] = previous['status']
}

/** The limits as they are in force when `secrets` Secrets are there. */
export function quotaStatus(quota: KubeObject, secrets: number): { hard: Amounts; used: Amounts } {
  const hard = (quota['spec'] as { hard?: Record<string, string | number> } | undefined)?.hard ?? {}
  const limits = Object.fromEntries(Object.entries(hard).map(([name, amount]) => [name, String(amount)]))
  const used = Object.keys(limits).map((name) => [name, COUNTED.includes(name) ? String(secrets) : '0'])
  return { hard: limits, used: Object.fromEntries(used) as Amounts }
}

/** Why one more Secret is too many; undefined where it isn't. */
export function exceededBy(quota: KubeObject): string | undefined {
  const { hard = {}, used = {} } = (quota['status'] ?? {}) as { hard?: Amounts; used?: Amounts }
  const exceeded = Object.keys(hard)
    .filter((name) => COUNTED.includes(name) && Number(used[name] ?? 0) + 1 > Number(hard[name]))
    .sort()
  if (exceeded.length === 0) return undefined
  const list = (amount: (name: string) => string): string =>
    exceeded.map((name) => `${name}=${amount(name)}`).join(',')
  const requested = list(() => '1')
  const counted = list((name) => used[name] ?? '0')
  const limited = list((name) => hard[name] ?? '0')
  return `exceeded quota: ${quota.metadata.name ?? ''}, requested: ${requested}, used: ${counted}, limited: ${limited}`
}
