import { createHash } from 'node:crypto'
import type { Effects, Log } from '../../src/effects.ts'
import type { Place } from '../../src/error.ts'
import { Secret } from '../../src/secret.ts'
import { memoryFiles } from './memory-files.ts'
import { memoryOutput } from './memory-output.ts'

/** A value that became a Secret, and what a warning about it would call it. */
export interface Masked {
  readonly name: string
  readonly value: Uint8Array
}

/** One call of the log. A group is one text: its title and its lines. */
export interface Said {
  readonly level: keyof Log
  readonly text: string
  readonly at?: Place
}

export interface FakeEffects extends Effects {
  /** Every value that became a Secret, in order. */
  readonly masked: readonly Masked[]
  /** Everything that was logged, in order. */
  readonly said: readonly Said[]
}

/** Monday 5 January 2026, noon. */
export const NOW = Date.UTC(2026, 0, 5, 12)

/**
 * Effects that touch nothing: an empty environment and no files, a clock that stands at `NOW`, random bytes that are the
 * same in every run and differ from call to call, and everything masked and logged kept for the test to look at.
 */
export function fakeEffects(overrides: Partial<Effects> = {}): FakeEffects {
  const masked: Masked[] = []
  const said: Said[] = []
  return {
    env: {},
    now: () => NOW,
    random: countedBytes(),
    secret: (value, name) => Secret.of(value, (bytes) => masked.push({ name, value: bytes })),
    live: (value) => Secret.of(value, (bytes) => masked.push({ name: 'live', value: bytes })),
    literal: (value) => Secret.of(value, () => undefined),
    scrub: (foreign) => scrub(foreign, masked),
    log: recordingLog(said),
    fetch: () => Promise.reject(new Error('no test expects a request')),
    processes: { self: undefined, isGone: () => false },
    ancestry: () => Promise.resolve(undefined),
    files: memoryFiles(),
    output: memoryOutput(),
    print: undefined,
    ...overrides,
    masked,
    said,
  }
}

function recordingLog(said: Said[]): Log {
  const say = (level: keyof Log) => (text: string, at?: Place) => {
    said.push({ level, text, ...(at === undefined ? {} : { at }) })
  }
  return {
    info: say('info'),
    debug: say('debug'),
    notice: say('notice'),
    warning: say('warning'),
    error: say('error'),
    group: (title, lines) => {
      said.push({ level: 'group', text: [title, ...lines].join('\n') })
    },
    section: (title) => {
      said.push({ level: 'section', text: title })
      return { info: say('info'), end: () => undefined }
    },
  }
}

/** Masked values of four and more bytes replaced, control characters escaped. */
function scrub(foreign: string, masked: readonly Masked[]): string {
  const texts = masked.map(({ value }) => Buffer.from(value).toString()).filter((text) => text.length >= 4)
  const replaced = texts.reduce((text, value) => text.replaceAll(value, '***'), foreign)
  return replaced.replace(/\p{C}/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
}

function countedBytes(): (size: number) => Uint8Array {
  let calls = 0
  return (size) => {
    const call = String(calls++)
    const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, block) =>
      createHash('sha256')
        .update(`${call}/${String(block)}`)
        .digest(),
    )
    return Buffer.concat(blocks).subarray(0, size)
  }
}
