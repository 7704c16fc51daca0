import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { builtComponent, cacheFolder } from './cache.ts'
import type { ComponentName } from './components.ts'

const homes = {
  act: 'act',
  actionlint: 'actionlint',
  gitleaks: 'gitleaks',
  zizmor: 'zizmor',
  kwok: 'kwok',
  'external-secrets': 'external-secrets',
  kubeseal: 'sealed-secrets',
  controller: 'sealed-secrets',
  kubectl: 'kubernetes',
  etcd: 'kubernetes',
  'kube-apiserver': 'kubernetes',
  'kube-controller-manager': 'kubernetes',
  'kube-scheduler': 'kubernetes',
} as const satisfies Record<string, ComponentName>

export type Tool = keyof typeof homes

/**
 * The absolute path of a program, built now unless it is in the cache.
 * Kubernetes' own come from KUBEBUILDER_ASSETS where that is set; throws where it has no such program.
 */
export async function toolPath(tool: Tool): Promise<string> {
  const home = homes[tool]
  const assets = process.env['KUBEBUILDER_ASSETS']
  if (home !== 'kubernetes' || assets === undefined || assets === '') {
    return join(await builtComponent(home), 'bin', tool)
  }
  const path = join(assets, tool)
  if (!existsSync(path))
    throw new Error(`KUBEBUILDER_ASSETS (${assets}) has no ${tool}; unset it to have it built`)
  return path
}

/** Builds everything that is not in the cache yet, and answers where the cache is. */
export async function buildAll(): Promise<string> {
  for (const tool of [
    'kubectl',
    'act',
    'actionlint',
    'zizmor',
    'kwok',
    'external-secrets',
    'kubeseal',
  ] as const)
    await toolPath(tool)
  await builtComponent('moto')
  return cacheFolder()
}
