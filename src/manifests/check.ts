import type { Problem } from '../error.ts'
import { checkAppearance } from './appearance.ts'
import { checkBasicAuth } from './basic-auth.ts'
import { checkDockerConfig } from './docker-config.ts'
import { joinFindings, NO_FINDINGS, type Finding, type Findings } from './finding.ts'
import type { SecretManifest } from './manifest.ts'
import {
  checkAnnotation,
  checkAnnotationSize,
  checkDataKey,
  checkLabel,
  checkNamespace,
  checkSecretName,
} from './names.ts'
import { checkSshAuth } from './ssh-auth.ts'
import { checkTls } from './tls.ts'
import { checkType, requiredKeys } from './types.ts'

/** MaxSecretSize: the values together, as bytes; keys don't count. */
const MAX_SIZE = 1_048_576

/**
 * What the API server would refuse in a Secret, and what it would take though it can't work. `now` is for certificates.
 * The manifest is the user's: the labels and annotations that the action adds are not in it yet. A key whose value is
 * undefined is live or not, nobody knows: nothing is said of it.
 */
export function checkManifest(
  manifest: SecretManifest,
  now: number,
): { problems: readonly Problem[]; warnings: readonly Problem[] } {
  const { problems, warnings } = joinFindings([
    {
      problems: [...nameFindings(manifest), ...metadataFindings(manifest), ...dataFindings(manifest)],
      warnings: [],
    },
    checkContent(manifest, now),
    { problems: [], warnings: appearanceFindings(manifest) },
  ])
  const place = ({ message, hint }: Finding): Problem => ({
    code: 'MANIFEST_INVALID',
    message: `${titleOf(manifest)}: ${message}`,
    hint,
    at: manifest.at,
  })
  return { problems: problems.map(place), warnings: warnings.map(place) }
}

/** `aura/web-tls`, or no more than its kind where its name is none. */
function titleOf({ namespace, name }: SecretManifest): string {
  const named = checkNamespace(namespace) === undefined && checkSecretName(name) === undefined
  return named ? `${namespace}/${name}` : 'a Secret'
}

function nameFindings({ namespace, name, type }: SecretManifest): readonly Finding[] {
  return present([checkSecretName(name), checkNamespace(namespace), checkType(type)])
}

function metadataFindings({ labels, annotations }: SecretManifest): readonly Finding[] {
  return present([
    ...Object.entries(labels).map(([key, value]) => checkLabel(key, value)),
    ...Object.keys(annotations).map(checkAnnotation),
    checkAnnotationSize(annotations),
  ])
}

function dataFindings({ type, data }: SecretManifest): readonly Finding[] {
  const size = [...data.values()].reduce((sum, { value }) => sum + (value?.size ?? 0), 0)
  const large: Finding = {
    message: 'the values are larger than 1 MiB together, the limit of Kubernetes',
    hint: 'split them over several Secrets',
  }
  return present([
    ...[...data.keys()].map(checkDataKey),
    ...requiredKeys(type)
      .filter((key) => !data.has(key))
      .map((key) => missing(type, key)),
    type === 'kubernetes.io/basic-auth' ? checkBasicAuth(new Set(data.keys())) : undefined,
    size > MAX_SIZE ? large : undefined,
  ])
}

function missing(type: string, key: string): Finding {
  return { message: `type ${type} needs the key \`${key}\``, hint: 'give it a value, or choose another type' }
}

/** What the type makes of its values. */
function checkContent({ type, data }: SecretManifest, now: number): Findings {
  const value = (key: string) => data.get(key)?.value
  switch (type) {
    case 'kubernetes.io/tls': {
      const [cert, key] = [value('tls.crt'), value('tls.key')]
      return cert === undefined || key === undefined ? NO_FINDINGS : checkTls({ cert, key }, now)
    }
    case 'kubernetes.io/dockerconfigjson': {
      const document = value('.dockerconfigjson')
      return document === undefined ? NO_FINDINGS : checkDockerConfig(document)
    }
    case 'kubernetes.io/ssh-auth': {
      const privateKey = value('ssh-privatekey')
      return privateKey === undefined ? NO_FINDINGS : checkSshAuth(privateKey)
    }
    default:
      return NO_FINDINGS
  }
}

function appearanceFindings({ type, data }: SecretManifest): readonly Finding[] {
  if (type !== 'Opaque' && type !== 'kubernetes.io/basic-auth') return []
  return [...data]
    .filter(([key]) => checkDataKey(key) === undefined)
    .flatMap(([key, entry]) => checkAppearance(key, entry))
}

function present(findings: readonly (Finding | undefined)[]): readonly Finding[] {
  return findings.filter((finding) => finding !== undefined)
}
