import type { Config, SealSpec, TemplateSpec } from './config.ts'
import type { Path } from './document.ts'
import type { ConfigFile } from './schema/file.ts'
import type { Locate } from './validate.ts'

interface Chosen {
  readonly environment: string | undefined
  readonly locate: Locate
}

/** What the file says of rendering. */
export function buildRender(
  file: ConfigFile,
  chosen: Chosen,
  template: (text: string, path: Path) => TemplateSpec,
): Pick<Config, 'outputDirectory' | 'allowPlaintext' | 'kustomization' | 'seal'> {
  return {
    outputDirectory: inEnvironment(file['output-directory'], chosen),
    allowPlaintext: inEnvironment(file['allow-plaintext'], chosen),
    kustomization: file.kustomization ?? 'auto',
    seal: buildSeal(file.seal, chosen, template),
  }
}

function buildSeal(
  declared: ConfigFile['seal'] = {},
  chosen: Chosen,
  template: (text: string, path: Path) => TemplateSpec,
): SealSpec {
  const { controller = {}, 'fingerprint-key': key } = declared
  const { namespace, name, port } = controller
  return {
    certificate: inEnvironment(declared.certificate, chosen),
    certificateFingerprint: declared['certificate-fingerprint'],
    controller: { namespace, name, port },
    scope: declared.scope ?? 'strict',
    fingerprintKey: key === undefined ? undefined : template(key, ['seal', 'fingerprint-key']),
    resealsOnNewCertificate: declared.reseal !== 'never',
    existingSecret: declared['existing-secret'] ?? 'refuse',
    at: chosen.locate(['seal'], { key: true }),
  }
}

/** `{environment}` stands for the chosen one, in paths as in references. */
function inEnvironment(path: string | undefined, { environment }: Chosen): string | undefined {
  return environment === undefined ? path : path?.replaceAll('{environment}', environment)
}
