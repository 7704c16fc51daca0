import * as z from 'zod'
import type { Problem } from '../error.ts'
import { STORES } from '../stores/index.ts'
import { REMOTE_STORES } from '../stores/remote.ts'
import type { StoreKind } from '../stores/store.ts'
import type { Config } from './config.ts'
import { suggest } from './suggest.ts'
import { validate, type Locate } from './validate.ts'

const KINDS: Readonly<Record<string, Pick<StoreKind, 'settings'>>> = { ...STORES, ...REMOTE_STORES }
const NAMES = Object.keys(KINDS)

/** What is wrong in `stores`: kinds that there are not, and settings that a kind does not have. */
export function storeProblems({ stores }: Config, locate: Locate): readonly Problem[] {
  return [...stores].flatMap(([name, { kind, ...settings }]) => {
    if (!NAMES.includes(String(kind))) return [unknownKind(String(kind), name, locate)]
    const schema = KINDS[String(kind)]?.settings
    if (schema === undefined) return []
    const wrapped = z.strictObject({ stores: z.strictObject({ [name]: schema }) })
    const result = validate(wrapped, { stores: { [name]: settings } }, locate)
    return 'problems' in result ? result.problems : []
  })
}

function unknownKind(kind: string, name: string, locate: Locate): Problem {
  const near = suggest(kind, NAMES)
  return {
    code: 'CONFIG_INVALID',
    message: `\`stores.${name}.kind\` is no kind of store${near === undefined ? '' : `: did you mean \`${near}\`?`}`,
    hint: `kinds are: ${NAMES.join(', ')}`,
    at: locate(['stores', name, 'kind']),
  }
}
