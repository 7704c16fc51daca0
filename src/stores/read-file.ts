import { ActionError } from '../error.ts'
import type { StoreContext } from './store.ts'

/** The file's bytes; undefined when there is none. A file that may not be read is refused as a store refuses. */
export async function readFile(
  store: string,
  key: string,
  { files, limit }: Pick<StoreContext, 'files'> & { limit: number },
): Promise<Uint8Array | undefined> {
  try {
    return await files.read(key, limit)
  } catch (error) {
    if (!(error instanceof ActionError && error.code === 'CONFIG_NOT_FOUND')) throw error
    const [{ message, hint }] = error.problems
    throw new ActionError({ code: 'STORE_DENIED', message: `${store}: ${message}`, hint }, { cause: error })
  }
}
