import { parseYaml, type Plain } from '../config/document.ts'
import { isMapping } from '../config/overlay.ts'
import type { Problem } from '../error.ts'
import type { FoundFile } from '../output-files.ts'
import { PLAIN_HINT } from './former.ts'
import { objectName, type RenderedFile } from './rendered-file.ts'

const LOOKS_PLAIN = /^[\s{"'-]*kind["']?\s*:\s*["']?Secret["']?\s*,?\s*(?:#.*)?$/m

/** Secrets as they are in files beside the sealed ones of the same name: what was sealed is there to read. */
export function plainTwins(
  files: readonly RenderedFile[],
  others: readonly FoundFile[],
  directory: string,
): readonly Problem[] {
  const sealed = files.flatMap(({ object }) =>
    object === undefined || object.kind === 'Secret' ? [] : [object],
  )
  return others
    .filter(({ text }) => LOOKS_PLAIN.test(text))
    .flatMap((file) => plainSecrets(file.text).map((plain) => ({ file, plain })))
    .filter(({ plain }) => sealed.some((object) => isTwin(plain, object)))
    .map(({ file, plain }) => ({
      code: 'OUTPUT_INVALID',
      message: `${directory}/${file.name} holds the Secret ${objectName(plain)} as it is, beside what is rendered of it`,
      hint: PLAIN_HINT,
      at: { file: `${directory}/${file.name}` },
    }))
}

export interface PlainSecret {
  readonly namespace: string
  readonly name: string
}

/** The Secrets with values in a text of one or more documents; those that SOPS has encrypted have none. */
export function plainSecrets(text: string): readonly PlainSecret[] {
  return text.split(/^---.*$/m).flatMap((part) => {
    const { root } = parseYaml(part, () => ({}))
    return isMapping(root) && isPlain(root) ? [nameOf(root)] : []
  })
}

function isPlain(root: { readonly [key: string]: Plain }): boolean {
  const hasValues = isMapping(root['data']) || isMapping(root['stringData'])
  return root['kind'] === 'Secret' && hasValues && root['sops'] === undefined
}

function nameOf({ metadata }: { readonly [key: string]: Plain }): PlainSecret {
  const { namespace, name } = isMapping(metadata) ? metadata : {}
  return { namespace: textOf(namespace), name: textOf(name) }
}

function textOf(value: Plain | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** A namespace that one of them does not name may be the other's. */
function isTwin(one: PlainSecret, other: { namespace: string; name: string }): boolean {
  const sameNamespace = one.namespace === other.namespace || one.namespace === '' || other.namespace === ''
  return one.name === other.name && sameNamespace
}
