import { SET_ANNOTATION } from '../kubernetes/set.ts'
import { at } from '../manifests/sealed-secret.ts'
import type { FoundFile } from '../output-files.ts'
import { readFormer } from './former.ts'

/** Files that the set rendered and that are not among those it renders now. */
export function staleFiles(others: readonly FoundFile[], set: string): readonly FoundFile[] {
  return others.filter((file) => file.kind === 'file' && isOf(file, set))
}

function isOf(file: FoundFile, set: string): boolean {
  if (!file.text.includes(SET_ANNOTATION)) return false
  const read = readFormer(file, file.name)
  return 'former' in read && at(read.former.root, 'metadata', 'annotations', SET_ANNOTATION) === set
}
