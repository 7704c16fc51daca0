import { makeSelfSigned } from '../support/certificates.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import { runAction } from '../support/run-action.ts'

export const CERTIFICATE = 'k8s/sealed-secrets.pem'
export const FINGERPRINT_KEY = 'fingerprint-key-of-the-tests-0123456789abcdef'

/** A Sealed Secrets key pair: PEM certificate and private key. */
export function makeSealingPair(notAfter?: Date, bits?: number): Promise<{ cert: string; key: string }> {
  const subject = { commonName: 'sealed-secret' }
  const more = { ...(notAfter === undefined ? {} : { notAfter }), ...(bits === undefined ? {} : { bits }) }
  return makeSelfSigned({ subject, keyType: 'rsa', ...more })
}

/** A configuration of these Secrets for `mode: render`, in JSON, which is YAML. */
export function renderConfig(secrets: object, more: object = {}): Record<string, string> {
  const config = {
    version: '1',
    namespace: 'aura-staging',
    deliver: 'sealed-secret',
    'output-directory': 'k8s/overlays/staging',
    seal: { certificate: CERTIFICATE },
    ...more,
    secrets,
  }
  return { '.github/secretferry.yml': JSON.stringify(config, null, 2) }
}

/** A render with a fingerprint key, unless the inputs say otherwise. */
export function runRender(options: ActionOptions): Promise<ActionRun> {
  return runAction({
    ...options,
    inputs: { mode: 'render', 'fingerprint-key': FINGERPRINT_KEY, ...options.inputs },
  })
}

/** The workspace that a run left, as the files of the next. */
export function workspaceOf(run: ActionRun): Record<string, Uint8Array> {
  return Object.fromEntries(
    [...run.files]
      .filter(([path]) => path.startsWith('workspace/'))
      .map(([path, bytes]) => [path.slice('workspace/'.length), bytes]),
  )
}

/** The file that was rendered of a Secret. */
export function renderedOf(run: ActionRun, name: string): string {
  return run.file(`workspace/k8s/overlays/staging/${name}.yaml`) ?? ''
}

/** Lines that only one of two texts has. */
export function changedLines(before: string, after: string): { gone: string[]; come: string[] } {
  const [one, other] = [before.split('\n'), after.split('\n')]
  return {
    gone: one.filter((line) => !other.includes(line)),
    come: other.filter((line) => !one.includes(line)),
  }
}
