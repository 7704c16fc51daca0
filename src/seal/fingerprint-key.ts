import { ActionError } from '../error.ts'
import type { RenderJob } from '../render/renderer.ts'
import type { Secret } from '../secret.ts'
import type { Values } from '../values/resolve.ts'
import { renderTemplate } from '../values/template.ts'

/** Shorter ones can be guessed by whoever has the files, and the values after them. */
const LEAST_BYTES = 32

/** The key of fingerprints, masked; undefined where none is given. Throws where it is too short to keep anything from anybody. */
export function findFingerprintKey({ config, inputs, world }: RenderJob, values: Values): Secret | undefined {
  const key = inputKey(inputs.fingerprintKey, world.effects.secret) ?? declaredKey()
  if (key === undefined || key.size >= LEAST_BYTES) return key
  throw new ActionError({
    code: 'VALUE_INVALID',
    message: `the fingerprint key is shorter than ${LEAST_BYTES} bytes: who has the files could guess it, and the values after it`,
    hint: 'make one: openssl rand -hex 32 | gh secret set FINGERPRINT_KEY',
    ...(config.seal.fingerprintKey === undefined ? {} : { at: config.seal.fingerprintKey.at }),
  })

  function declaredKey(): Secret | undefined {
    const spec = config.seal.fingerprintKey
    if (spec === undefined) return undefined
    const rendered = renderTemplate(spec.template, (use) => values.of(use).value?.bytes() ?? new Uint8Array())
    if (rendered.ok) return world.effects.secret(rendered.value, 'seal.fingerprint-key')
    const { message, hint } = rendered
    throw new ActionError({
      code: 'VALUE_INVALID',
      message: `seal.fingerprint-key: ${message}`,
      hint,
      at: spec.at,
    })
  }
}

function inputKey(
  given: Secret | undefined,
  secret: (value: Uint8Array, name: string) => Secret,
): Secret | undefined {
  return given === undefined ? undefined : secret(given.bytes(), 'the input `fingerprint-key`')
}
