import { dotenv } from './dotenv.ts'
import { env } from './env.ts'
import { file } from './file.ts'
import { github } from './github.ts'
import { kubernetes } from './kubernetes.ts'
import { REMOTE_STORES } from './remote.ts'
import type { StoreKind } from './store.ts'

/** Every kind of store there is. These five need no entry under `stores`. */
export const STORES = { env, dotenv, file, github, kubernetes } as const satisfies Record<string, StoreKind>

export type StoreName = keyof typeof STORES

/** Kinds that the configuration language has and this version has not: rendered for an operator, and refused as not yet available where they would be read. */
export const LATER_STORES = Object.keys(REMOTE_STORES) as readonly (keyof typeof REMOTE_STORES)[]
