import { ActionError } from '../error.ts'
import type { At } from './store.ts'

/** Throws where a query pins a version in a store that keeps none: obeying it is not possible, ignoring it a lie. */
export function refuseQuery(store: string, { query = {} }: At): void {
  if (Object.keys(query).length === 0) return
  throw new ActionError({
    code: 'VALUE_INVALID',
    message: `${store}: a reference with a query, but this store keeps no versions`,
    hint: 'drop `?…` from the reference',
  })
}
