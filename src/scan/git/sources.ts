import type { Source } from '../scan.ts'
import { SUBMODULE, type Wanted } from './changes.ts'
import type { Objects } from './objects.ts'

/** Larger files are not looked at: a text of this size is held three times over. */
export const FILE_LIMIT = 20 * 1024 * 1024
/** Bytes of files that are read ahead. */
const AHEAD = 16 * 1024 * 1024
/** How many sizes are asked for at once, and files read ahead at most. */
const BATCH = 128

/** The files that are wanted, in their order, read ahead of whoever takes them; or why one can't be had. */
export async function* readWanted(wanted: AsyncIterable<Wanted>, objects: Objects): AsyncGenerator<Source> {
  const ahead: { readonly size: number; readonly source: Promise<Source> }[] = []
  let flying = 0
  for await (const sized of withSizes(wanted, objects)) {
    while (ahead.length > 0 && (ahead.length >= BATCH || flying + sized.size > AHEAD)) {
      const first = ahead.shift() as (typeof ahead)[number]
      yield await first.source
      flying -= first.size
    }
    ahead.push({ size: sized.size, source: readOne(sized, objects) })
    flying += sized.size
  }
  for (const { source } of ahead) yield await source
}

interface Sized {
  readonly of: Wanted
  /** Of all its versions together, where they are to be read. */
  readonly size: number
  /** Why it is not read. */
  readonly why: string | undefined
}

async function* withSizes(wanted: AsyncIterable<Wanted>, objects: Objects): AsyncGenerator<Sized> {
  let batch: Wanted[] = []
  for await (const each of wanted) {
    batch.push(each)
    if (batch.length < BATCH) continue
    yield* await Promise.all(batch.map((of) => sizeOf(of, objects)))
    batch = []
  }
  yield* await Promise.all(batch.map((of) => sizeOf(of, objects)))
}

async function sizeOf(of: Wanted, objects: Objects): Promise<Sized> {
  const not = (why: string): Sized => ({ of, size: 0, why })
  if (of.mode === SUBMODULE) return not('a submodule: a repository of its own, not scanned here')
  const look = async (object: string): Promise<number | undefined> => (await objects.look(object))?.size
  const sizes = await Promise.all([of.object, ...(of.before ?? [])].map(look))
  if (sizes.includes(undefined)) return not(UNREADABLE)
  const known = sizes as number[]
  if (known.some((size) => size > FILE_LIMIT))
    return not(`it, or what it is compared with, is larger than ${FILE_LIMIT / 1024 / 1024} MiB`)
  return { of, size: known.reduce((sum, size) => sum + size, 0), why: undefined }
}

async function readOne({ of, why }: Sized, objects: Objects): Promise<Source> {
  const path = of.path.toString('utf8')
  if (why !== undefined) return { path, why, lost: why === UNREADABLE }
  const versions = [of.object, ...(of.before ?? [])]
  const [bytes, ...before] = await Promise.all(versions.map((each) => objects.read(each)))
  if (bytes === undefined || before.includes(undefined)) return { path, why: UNREADABLE, lost: true }
  const { commit } = of
  return { path, bytes, before: of.before === undefined ? undefined : (before as Buffer[]), commit }
}

const UNREADABLE = 'not in this clone, or damaged: Git could not read it'
