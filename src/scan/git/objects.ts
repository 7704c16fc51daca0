import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Git } from './git.ts'

/** What is known of an object. */
export interface Known {
  readonly type: string
  readonly size: number
}

/** The objects of the clone, read from two processes that stay. Answers come in the order in which they were asked for. */
export interface Objects {
  /** Undefined where the clone does not have it, or can't read it. */
  look(object: string): Promise<Known | undefined>
  /** As `look`, with the content: for what is small enough to be held. */
  read(object: string): Promise<Buffer | undefined>
  close(): void
}

export function openObjects(git: Git): Objects {
  const looks = createTalk(git, '--batch-check', false)
  const reads = createTalk(git, '--batch', true)
  return {
    look: async (object) => (await looks.ask(object))?.known,
    read: async (object) => (await reads.ask(object))?.content,
    close() {
      looks.close()
      reads.close()
    },
  }
}

interface Answer {
  readonly known: Known
  readonly content: Buffer | undefined
}

interface Question {
  readonly object: string
  readonly answer: (answer: Answer | undefined) => void
}

interface Talk {
  ask(object: string): Promise<Answer | undefined>
  close(): void
}

/** A process that answers questions. One that dies could not read what it was asked for first: the others are asked again. */
function createTalk(git: Git, kind: string, contents: boolean): Talk {
  const open: Question[] = []
  /** Lines that go to the process together, once all who ask now have asked. */
  let lines = ''
  const flush = (): void => {
    child?.stdin.write(lines)
    lines = ''
  }
  let child: ChildProcessWithoutNullStreams | undefined
  const start = (): ChildProcessWithoutNullStreams => {
    const fresh = git.open(['cat-file', kind])
    const reader = createReader(contents, (answer) => open.shift()?.answer(answer))
    fresh.stdout.on('data', reader)
    fresh.stderr.resume()
    fresh.on('error', () => undefined)
    fresh.on('close', () => {
      if (child !== fresh) return
      open.shift()?.answer(undefined)
      child = open.length > 0 ? start() : undefined
      child?.stdin.write(open.map(({ object }) => `${object}\n`).join(''))
    })
    return fresh
  }
  return {
    ask: (object) =>
      new Promise((answer) => {
        open.push({ object, answer })
        child ??= start()
        if (lines === '') queueMicrotask(flush)
        lines += `${object}\n`
      }),
    close() {
      const last = child
      child = undefined
      last?.stdin.end()
      last?.kill()
    },
  }
}

const LINE_FEED = 10

/** Takes what the process prints, in whatever pieces: a line for each object, and its content and a line end after it. */
function createReader(
  contents: boolean,
  answer: (answer: Answer | undefined) => void,
): (chunk: Buffer) => void {
  let line = ''
  let known: Known | undefined
  let pieces: Buffer[] = []
  let missing = 0
  const takeContent = (chunk: Buffer, at: number): number => {
    const end = Math.min(chunk.length, at + missing)
    pieces.push(chunk.subarray(at, end))
    missing -= end - at
    if (missing === 0 && known !== undefined) {
      const whole = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)
      answer({ known, content: whole.subarray(0, known.size) })
      known = undefined
      pieces = []
    }
    return end
  }
  const takeLine = (chunk: Buffer, at: number): number => {
    const end = chunk.indexOf(LINE_FEED, at)
    line += chunk.toString('latin1', at, end < 0 ? chunk.length : end)
    if (end < 0) return chunk.length
    const found = parseLine(line)
    line = ''
    if (found === undefined || !contents)
      answer(found === undefined ? undefined : { known: found, content: undefined })
    else [known, missing] = [found, found.size + 1]
    return end + 1
  }
  return (chunk) => {
    for (let at = 0; at < chunk.length;) at = missing > 0 ? takeContent(chunk, at) : takeLine(chunk, at)
  }
}

/** `<object> <type> <size>`; `<object> missing` and whatever else it says is no object to read. */
function parseLine(line: string): Known | undefined {
  const [, type = '', size = ''] = line.split(' ')
  return /^\d+$/.test(size) ? { type, size: Number(size) } : undefined
}
