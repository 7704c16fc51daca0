import path from 'node:path'
import type { Plain } from '../config/document.ts'
import { isMapping } from '../config/overlay.ts'
import { listOf, textOf, type PlainMap } from './kubeconfig-entry.ts'

const FILE_KEYS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile', 'token-file']

/** The same kubeconfig with what it names by path made absolute: a relative path belongs to the folder of its file. */
export function anchorFiles(kubeconfig: PlainMap, folder: string): PlainMap {
  const anchor = (inner: string) => (entry: Plain) =>
    isMapping(entry) && isMapping(entry[inner])
      ? { ...entry, [inner]: anchorEntry(entry[inner], folder) }
      : entry
  return {
    ...kubeconfig,
    clusters: listOf(kubeconfig['clusters']).map(anchor('cluster')),
    users: listOf(kubeconfig['users']).map(anchor('user')),
  }
}

function anchorEntry(entry: PlainMap, folder: string): PlainMap {
  const anchored = FILE_KEYS.flatMap((key) => {
    const file = textOf(entry[key])
    return file === undefined ? [] : [[key, path.resolve(folder, file)] as const]
  })
  return { ...entry, ...Object.fromEntries(anchored) }
}

/** The files that a kubeconfig names: certificates, keys, tokens. */
export function namedFiles(kubeconfig: PlainMap): readonly string[] {
  const entries = [...listOf(kubeconfig['clusters']), ...listOf(kubeconfig['users'])].filter(isMapping)
  const inner = entries.flatMap(({ cluster, user }) => [cluster, user]).filter((entry) => isMapping(entry))
  return inner.flatMap((entry) => FILE_KEYS.flatMap((key) => textOf(entry[key]) ?? []))
}

/** Several kubeconfigs as KUBECONFIG lists them: the first that names a thing wins. */
export function mergeKubeconfigs(files: readonly PlainMap[]): PlainMap {
  const all = (key: string): readonly Plain[] => files.flatMap((file) => listOf(file[key]))
  const current = files.map((file) => textOf(file['current-context'])).find((name) => name !== undefined)
  return {
    clusters: all('clusters'),
    contexts: all('contexts'),
    users: all('users'),
    'current-context': current ?? null,
  }
}
