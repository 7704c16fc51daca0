import { expect } from 'vitest'
import { readState, type JournalState } from './journal-check.ts'
import type { LiveObject, Stage } from './stage.ts'

/** The holder of the journals, as if it were elsewhere: whether it lives can't be seen from here. */
export function onAnotherMachine(stage: Stage, namespace: string): Promise<void> {
  return changeStates(stage, namespace, (state) => {
    if (state.holder === undefined) throw new Error('the journal has no holder')
    return { ...state, holder: { ...state.holder, machine: 'another' } }
  })
}

/** Rewrites the state of every journal in the namespace, which takes it for renewed by that. */
export async function changeStates(
  stage: Stage,
  namespace: string,
  change: (state: JournalState) => unknown,
): Promise<void> {
  for (const journal of Object.values(await stage.journals(namespace))) {
    const state = readState(journal)
    if (state === undefined) continue
    const changed = change(state)
    const text = typeof changed === 'string' ? changed : JSON.stringify(changed)
    await put(stage, {
      ...journal,
      data: { ...journal.data, state: Buffer.from(text).toString('base64') },
    })
  }
}

/** As if the journals had been written ten minutes earlier: a PUT that changes nothing else takes the times it has. */
export async function letTimePass(stage: Stage, namespace: string): Promise<void> {
  for (const journal of Object.values(await stage.journals(namespace))) {
    const [entry] = journal.metadata['managedFields'] as readonly object[]
    const time = `${new Date(Date.now() - 600_000).toISOString().slice(0, 19)}Z`
    await put(stage, { ...journal, metadata: { ...journal.metadata, managedFields: [{ ...entry, time }] } })
  }
}

async function put(stage: Stage, journal: LiveObject): Promise<void> {
  const { namespace, name } = journal.metadata as { namespace: string; name: string }
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}?fieldManager=test`
  const body = { apiVersion: 'v1', kind: 'Secret', ...journal }
  const { status }: { status: number } = await stage.server().request('PUT', path, body)
  expect(status).toBe(200)
}
