import type { Config } from '../config/config.ts'
import { STANDARD_OUTPUT } from './printed.ts'
import type { RenderInputs } from '../inputs/render.ts'

/** The configuration of a render: what the inputs say takes the place of what the file says. */
export function settleConfig(config: Config, inputs: RenderInputs): Config {
  const { seal } = config
  const { certificate = seal.certificate, scope = seal.scope, fingerprintKey } = inputs
  const outputDirectory = inputs.outputDirectory ?? config.outputDirectory
  return {
    ...config,
    deliver: inputs.deliver ?? config.deliver,
    outputDirectory,
    // There is no directory then that one could be of.
    kustomization: outputDirectory === STANDARD_OUTPUT ? 'off' : config.kustomization,
    allowPlaintext: inputs.allowPlaintext ?? config.allowPlaintext,
    seal: {
      ...seal,
      certificate,
      scope,
      certificateFingerprint: inputs.certificateFingerprint ?? seal.certificateFingerprint,
      fingerprintKey: fingerprintKey === undefined ? seal.fingerprintKey : undefined,
    },
  }
}
