import * as z from 'zod'
import { ActionError } from '../error.ts'
import type { Ref } from '../kubernetes/cluster.ts'
import type { SetIdentity } from '../kubernetes/set.ts'
import { checkNamespace } from '../manifests/names.ts'
import { originSchema } from './origin.ts'

/** As `readProvenance` makes it. */
const RUN_URL = /^https?:\/\/[\w.:-]+\/[\w.-]+\/[\w.-]+\/actions\/runs\/\d+$/

/** The process that works on a journal, as far as others can tell whether it still lives. */
const holder = z.object({
  /** A random id of the run. */
  id: z.string(),
  /** The run's URL on GitHub; anything else in its place is left out, for it is printed. */
  run: z.string().max(300).regex(RUN_URL).optional().catch(undefined),
  /** Kernel and process namespace: only where they are the same does `process` mean anything. */
  machine: z.string().optional(),
  /** Process id and start time. */
  process: z.string().optional(),
})

/** They become parts of request paths and of reports, so nothing but names of namespaces is taken. */
const namespaces = z.array(z.string().refine((name) => checkNamespace(name) === undefined))

const state = z.object({
  version: z.literal(1),
  /**
   * `idle`: nobody works, and no value is in it. `preparing`: locked, the undo is not complete, nothing is written yet.
   * `writing`: what `run` writes is to be undone. `cleaning`: all is done, or all undone; only old values are left here.
   */
  phase: z.enum(['idle', 'preparing', 'writing', 'cleaning']),
  /** The id of the run that the undo, or where idle the last change, is of. */
  run: z.string().regex(/^[0-9a-f]{16}$/),
  /** The namespaces that the run writes to; the journal in the first of them decides for all. */
  namespaces,
  /** Undefined: nobody. A run that could not undo everything leaves it so. */
  holder: holder.optional(),
  /** Numbers of the further Secrets that the undo is in; empty: it is in the journal itself. */
  parts: z.array(z.int().positive()),
  /** Numbers of further Secrets that are to be deleted. */
  obsolete: z.array(z.int().positive()),
  /** Names of the Secrets that the set has, or had, in the namespace. */
  inventory: z.array(z.string()),
  /** Those of them that the run deletes: they leave the inventory when it is decided. */
  deletes: z.array(z.string()).optional(),
  /** The configuration file that declared each of them last, by its path in the repository. */
  files: z.record(z.string(), z.string()).optional(),
  /**
   * Namespaces that the file has named, this one beside: whoever declares one of them without another, of the same set,
   * has given that one up. None that came from an input or a kubeconfig, which may differ from run to run.
   */
  reach: namespaces.optional(),
  /** Of what the run is that is at work, and of what the last was whose writes stayed. */
  origin: originSchema.optional().catch(undefined),
  applied: originSchema.optional().catch(undefined),
  /** Former states that are kept, the latest first. */
  history: z.array(
    z.object({
      run: z.string(),
      at: z.string(),
      parts: z.array(z.int().positive()),
      /** All namespaces that the run wrote to. */
      namespaces: namespaces.optional(),
    }),
  ),
  /** The run before which the state was that the run at work goes back to; it is kept no more when that is done. */
  goesBack: z.string().optional(),
  /** A fresh random id of each write: tells whether one whose answer never came was done, and makes each a change. */
  write: z.string(),
})

export type Holder = z.output<typeof holder>
export type JournalState = z.output<typeof state>

/** The journal of a set in a namespace. */
export function journalRef(namespace: string, set: SetIdentity): Ref {
  return { namespace, name: `secretferry-journal-${set.digest}` }
}

/** A further Secret of a journal, by its number. */
export function partRef(journal: Ref, part: number): Ref {
  return { namespace: journal.namespace, name: `${journal.name}-${part}` }
}

export function encodeState(given: Omit<JournalState, 'version'>): Uint8Array {
  return Buffer.from(`${JSON.stringify({ version: 1, ...given }, undefined, 2)}\n`)
}

/** The state in a journal's `state` key. Throws where there is none that this version understands. */
export function parseState(bytes: Uint8Array | undefined, ref: Ref): JournalState {
  const parsed = state.safeParse(parseJson(bytes))
  if (parsed.success) return parsed.data
  const name = `${ref.namespace}/${ref.name}`
  throw new ActionError({
    code: 'JOURNAL_INVALID',
    message: `the journal ${name} is not one that this version can read`,
    hint: `use the version that wrote it; or make sure that no run is going and what the set's Secrets hold is right, then delete it: kubectl -n ${ref.namespace} delete secret ${ref.name}`,
  })
}

function parseJson(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(bytes ?? []).toString('utf8'))
  } catch {
    return undefined
  }
}
