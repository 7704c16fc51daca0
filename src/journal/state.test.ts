import { describe, expect, it } from 'vitest'
import { ActionError } from '../error.ts'
import { identifySet } from '../kubernetes/set.ts'
import { encodeState, journalRef, parseState, partRef, type JournalState } from './state.ts'

const ref = journalRef('app', identifySet('owner/repository'))
const state: Omit<JournalState, 'version'> = {
  phase: 'writing',
  run: '0123456789abcdef',
  namespaces: ['app', 'web'],
  holder: { id: 'a', run: 'https://github.com/o/r/actions/runs/7', machine: 'm', process: '1:2' },
  parts: [1],
  obsolete: [2],
  inventory: ['x'],
  history: [{ run: '0123456789abcdef', at: '2026-01-05T12:00:00.000Z', parts: [3] }],
  write: 'fedcba9876543210',
}
const changed = (change: object): Uint8Array =>
  Buffer.from(JSON.stringify({ version: 1, ...state, ...change }))

describe('the state of a journal', () => {
  it('comes back as it was written', () => {
    expect(parseState(encodeState(state), ref)).toEqual({ version: 1, ...state })
  })

  it('is in Secrets whose names can be told before', () => {
    expect(partRef(ref, 2)).toEqual({ namespace: 'app', name: `${ref.name}-2` })
  })

  it.each<[string, Uint8Array | undefined]>([
    ['none', undefined],
    ['no JSON', Buffer.from('{')],
    ['a newer version', changed({ version: 2 })],
    ['an unknown phase', changed({ phase: 'hunter2' })],
    ['a namespace that is a path', changed({ namespaces: ['app', '../hunter2'] })],
    ['a namespace that is no name', changed({ namespaces: ['Hunter2'] })],
    ['a run that is no id', changed({ run: 'hunter2' })],
    ['a part that is no number', changed({ parts: ['hunter2'] })],
  ])('is refused where it is %s, and not quoted', (_, bytes) => {
    const parse = (): unknown => parseState(bytes, ref)
    expect(parse).toThrow(ActionError)
    expect(parse).toThrow(/^the journal app\/secretferry-journal-[0-9a-f]{16} is not one that/)
  })

  it.each(['hunter2', 'https://github.com/hunter2', 'https://github.com/o/r/actions/runs/7 hunter2'])(
    'has no address of a run that is none: %s',
    (run) => {
      const holder = { ...state.holder, run }
      expect(parseState(changed({ holder }), ref).holder).toEqual({ ...state.holder, run: undefined })
    },
  )
})
