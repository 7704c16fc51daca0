import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createMasks } from '../../src/masking.ts'
import { readLog } from '../support/runner-log.ts'
import { findLeaks, findLeaksInBytes, formsOf, makeCanaries, type Canary } from './canaries.ts'

const canaries = makeCanaries()

test('innocent text has no leaks', () => {
  expect(
    findLeaks('aura-production: 3 Secrets applied, true, 5432, x, {, postgresql://aura', canaries),
  ).toEqual([])
})

test('canaries of two runs differ, and none is a part of another', () => {
  expect(
    findLeaks(
      makeCanaries()
        .map(({ value }) => value.toString())
        .join('\n'),
      canaries,
    ),
  ).toEqual([])
  for (const canary of canaries) {
    const others = canaries.filter((other) => other !== canary)
    expect(findLeaksInBytes(canary.value, others)).toEqual([])
  }
})

describe.each(canaries)('the canary "$name"', (canary) => {
  test.each(formsOf(canary))('is found as %s', (encoding, form) => {
    expect(findLeaks(`some text ${form} and more`, canaries)).toContainEqual({
      canary: canary.name,
      encoding,
      offset: 10,
    })
  })

  test.each([0, 1, 2, 3])('is found in base64 of something longer, behind %i bytes', (before) => {
    const longer = Buffer.concat([Buffer.alloc(before, 'x'), canary.value, Buffer.from('and what follows')])
    for (const alphabet of ['base64', 'base64url'] as const) {
      expect(findLeaks(longer.toString(alphabet), [canary])).not.toEqual([])
    }
  })

  test('is found among bytes', () => {
    const file = Buffer.concat([Buffer.of(0, 255), canary.value, Buffer.of(0)])
    expect(findLeaksInBytes(file, canaries)).toContainEqual({
      canary: canary.name,
      encoding: 'bytes',
      offset: 2,
    })
    expect(findLeaksInBytes(gunzipSync(gzipSync(file)), canaries)).not.toEqual([])
  })

  test('leaves nothing in the log in any form, once it is registered', () => {
    let stdout = ''
    const masks = createMasks({
      emit: (forms) => {
        for (const form of forms) stdout += `::add-mask::${form.replaceAll('%', '%25')}\n`
      },
      warn: (text) => (stdout += `::warning::${text}\n`),
    })
    masks.register(canary.value, 'the canary')
    const forms = printedForms(canary)
    for (const form of forms) stdout += `before ${form} after\n`
    const shown = readLog(stdout).lines.map((line) => line.shown)
    expect(findLeaks(shown.join('\n'), canaries)).toEqual([])
    for (const form of forms) {
      expect(findLeaks(masks.scrub(`before ${form} after`), canaries)).toEqual([])
      expect(masks.covers(form)).toBe(true)
    }
  })
})

/** Texts that hold a canary in some form. (`base64 at` is only what is looked for; printed is more than that.) */
function printedForms(canary: Canary): string[] {
  const plain = formsOf(canary).flatMap(([encoding, form]) =>
    /base64(url)? at /.test(encoding) ? [] : [form],
  )
  const longer = [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before, 'x'), canary.value, Buffer.from('and what follows')])
    return [bytes.toString('base64'), bytes.toString('base64url')]
  })
  return [...plain, ...longer]
}
