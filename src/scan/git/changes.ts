import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { GitFailure, type Git } from './git.ts'
import { records } from './records.ts'

/** A version of a file that is wanted. */
export interface Wanted {
  /** As bytes: any but NUL. */
  readonly path: Buffer
  readonly mode: string
  readonly object: string
  /** The objects whose lines are not asked about; undefined: every line is. */
  readonly before: readonly string[] | undefined
  readonly commit: string | undefined
}

export const SUBMODULE = '160000'
const RAW = ['-r', '-z', '--raw', '--no-abbrev', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none']
/** Renamed files are compared with what they were; of more than this many no pairs are looked for. */
const RENAMES = ['-M', '-l1000']

/** What Git is asked to list. */
export interface Listing {
  /** The commits or trees that it compares. */
  readonly of: readonly string[]
  readonly wanted: () => AsyncIterable<Wanted>
  /** The names of all objects that it takes to tell them, removed files among them; some more than once. */
  readonly objects: () => AsyncIterable<string>
}

/** What `head` has that `base` has not, file by file; both are trees. */
export function changesBetween(git: Git, base: string, head: string): Listing {
  return changes(git, ['diff-tree'], { ends: [base, head] })
}

/** What the index has that `head` has not. */
export function changesStaged(git: Git, head: string): Listing {
  return changes(git, ['diff-index', '--cached'], { ends: [head] })
}

/** What each of the commits has that none of its parents has, in their order. */
export function changesOf(git: Git, commits: readonly string[]): Listing {
  return changes(git, ['diff-tree', '--stdin', '--root', '-c'], {
    ends: [],
    input: commits,
    of: commits.flatMap((commit) => [commit, `${commit}^@`]),
  })
}

function changes(
  git: Git,
  command: readonly string[],
  {
    ends,
    input = [],
    of = ends,
  }: { ends: readonly string[]; input?: readonly string[]; of?: readonly string[] },
): Listing {
  return {
    of,
    async *wanted() {
      let commit: string | undefined
      for await (const { heading, wanted } of run(git, [...command, ...RAW, ...RENAMES, ...ends], input)) {
        if (heading !== undefined) commit = heading
        else if (wanted !== undefined) yield { ...wanted, commit }
      }
    },
    async *objects() {
      // Whether a file was renamed is found by content, which may be what is to be fetched.
      for await (const { objects = [] } of run(git, [...command, ...RAW, '--no-renames', ...ends], input))
        yield* objects
    },
  }
}

/** Every file of a tree. */
export function filesOf(git: Git, tree: string): Listing {
  const wanted = (): AsyncGenerator<Wanted> => listFiles(git, tree)
  return {
    of: [tree],
    wanted,
    async *objects() {
      for await (const { mode, object } of wanted()) if (mode !== SUBMODULE) yield object
    },
  }
}

async function* listFiles(git: Git, tree: string): AsyncGenerator<Wanted> {
  const child = git.open(['ls-tree', '-r', '-z', '--full-tree', tree])
  child.stdin.end()
  for await (const record of ended(child, 'ls-tree')) {
    const tab = record.indexOf(9)
    const [mode = '', , object = ''] = record.toString('latin1', 0, tab).split(' ')
    const path = Buffer.from(record.subarray(tab + 1))
    yield { path, mode, object, before: undefined, commit: undefined }
  }
}

interface Entry {
  /** A commit whose changes follow. */
  readonly heading?: string
  readonly wanted?: Wanted
  readonly objects?: readonly string[]
}

async function* run(git: Git, args: readonly string[], input: readonly string[]): AsyncGenerator<Entry> {
  const child = git.open(args)
  child.stdin.end(input.map((line) => `${line}\n`).join(''))
  const pieces = ended(child, args[0] ?? '')
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    const meta = next.value.toString('latin1')
    if (!meta.startsWith(':')) {
      yield { heading: meta.trim() }
      continue
    }
    const change = parseMeta(meta)
    if (change.renamed) await pieces.next()
    const path = (await pieces.next()).value as Buffer | undefined
    const wanted = path === undefined ? undefined : wantedOf(change, path)
    const objects = objectsOf(change)
    yield wanted === undefined ? { objects } : { wanted, objects }
  }
}

/** The records of a process; throws where it fails, so that what is missing is never taken for nothing. */
async function* ended(child: ReturnType<Git['open']>, command: string): AsyncGenerator<Buffer> {
  const closed = once(child, 'close') as Promise<[number | null]>
  closed.catch(() => undefined)
  const stderr = text(child.stderr)
  try {
    yield* records(child.stdout)
  } finally {
    child.stdout.destroy()
  }
  const [code] = await closed
  if (code !== 0) throw new GitFailure(command, await stderr)
}

interface Change {
  readonly mode: string
  readonly object: string
  /** Mode and object in each parent. */
  readonly parents: readonly { readonly mode: string; readonly object: string }[]
  readonly renamed: boolean
}

/** `:100644 100644 <old> <new> M`, with a colon more for each further parent of a merge. */
function parseMeta(meta: string): Change {
  const count = /^:+/.exec(meta)?.[0].length ?? 1
  const fields = meta.slice(count).split(' ')
  const modes = fields.slice(0, count + 1)
  const objects = fields.slice(count + 1, 2 * count + 2)
  const parents = modes.slice(0, count).map((mode, nth) => ({ mode, object: objects[nth] ?? '' }))
  const [mode = '', object = ''] = [modes[count], objects[count]]
  return { mode, object, parents, renamed: count === 1 && /^[RC]/.test(fields.at(-1) ?? '') }
}

function objectsOf({ mode, object, parents }: Change): readonly string[] {
  return [{ mode, object }, ...parents]
    .filter((side) => side.mode !== SUBMODULE && !/^0+$/.test(side.object))
    .map((side) => side.object)
}

/** Undefined where nothing was added: the file is gone, or the same by another name. */
function wantedOf({ mode, object, parents }: Change, path: Buffer): Wanted | undefined {
  if (/^0+$/.test(object) || parents.some((parent) => parent.object === object)) return undefined
  const before = parents.filter((parent) => !/^0+$/.test(parent.object) && parent.mode !== SUBMODULE)
  return {
    path: Buffer.from(path),
    mode,
    object,
    before: before.map((parent) => parent.object),
    commit: undefined,
  }
}
