import * as z from 'zod'
import { ActionError, throwIfAny } from '../error.ts'
import { parseDotenv, type DotenvEntry } from './dotenv-grammar.ts'
import { refuseQuery } from './query.ts'
import { readFile } from './read-file.ts'
import { store, type StoreContext } from './store.ts'

const LIMIT = 1_048_576

/**
 * Variables in `.env` files: `dotenv://path#NAME`. A file is read once however many of its variables are used; one that
 * does not exist is an error, not an absent variable, so that a mistyped path is never an optional value.
 */
export const dotenv = store({
  settings: z.strictObject({}),
  addressing: 'key#property',
  open: (_settings, context) => {
    const parsed = new Map<string, Promise<ReadonlyMap<string, DotenvEntry>>>()
    return {
      describe: '.env files of the workspace',
      async read(at) {
        refuseQuery('dotenv', at)
        const path = context.scrub(at.key)
        if (at.property === undefined || at.property === '') throw unnamed(path)
        const pending = parsed.get(at.key) ?? load(at.key, context)
        parsed.set(at.key, pending)
        const entry = (await pending).get(at.property)
        if (entry === undefined) return undefined
        return { value: context.secret(entry.value, `dotenv://${path}#${context.scrub(at.property)}`) }
      },
    }
  },
})

async function load(key: string, { files, scrub }: StoreContext): Promise<ReadonlyMap<string, DotenvEntry>> {
  const bytes = await readFile('dotenv', key, { files, limit: LIMIT })
  if (bytes === undefined) throw missing(scrub(key))
  const { entries, problems } = parseDotenv(bytes)
  const file = scrub(files.display(key))
  throwIfAny(
    problems.map(({ line, message, hint }) => ({
      code: 'VALUE_INVALID',
      message: `dotenv: ${file}, line ${String(line)}: ${message}`,
      hint,
      at: { file, line },
    })),
  )
  return entries
}

function unnamed(path: string): ActionError {
  return new ActionError({
    code: 'VALUE_INVALID',
    message: `dotenv: "${path}" is a file, and the reference names no variable in it`,
    hint: `name the variable: dotenv://${path}#NAME`,
  })
}

function missing(path: string): ActionError {
  return new ActionError({
    code: 'STORE_UNREACHABLE',
    message: `dotenv: there is no file "${path}"`,
    hint: 'check the path, which is relative to the workspace, and that the file is made or checked out before this step',
  })
}
