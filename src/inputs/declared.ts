import type { Secret } from '../secret.ts'
import type { Parser } from './parser.ts'

/** What is declared, and in which environment: by a file, or one Secret by inputs. */
export interface DeclaredInputs {
  readonly source: FileSource | InlineSource
  readonly environment: string | undefined
  readonly set: string | undefined
  readonly namespace: string | undefined
  /** `toJSON(secrets)`. Masked value by value as soon as it is parsed. */
  readonly githubSecrets: Secret | undefined
}

export interface FileSource {
  readonly kind: 'file'
  readonly path: string
  /** Whether the step names it. */
  readonly explicit: boolean
}

/** One Secret declared by inputs alone. `data` is YAML that may hold values, masked as soon as it is parsed. */
export interface InlineSource {
  readonly kind: 'inline'
  readonly name: string
  readonly type: string | undefined
  readonly data: Secret | undefined
  readonly fromEnv: string | undefined
  readonly labels: string | undefined
  readonly annotations: string | undefined
  readonly immutable: boolean
}

export const DEFAULT_CONFIG = '.github/secretferry.yml'
const INLINE_ONLY = ['type', 'data', 'from-env', 'labels', 'annotations', 'immutable'] as const

export function readDeclared(parser: Parser): DeclaredInputs {
  return {
    source: readSource(parser),
    environment: parser.text('environment'),
    set: parser.text('set'),
    namespace: parser.text('namespace'),
    githubSecrets: parser.hidden('github-secrets'),
  }
}

function readSource({ text, block, hiddenBlock, flag, invalid }: Parser): DeclaredInputs['source'] {
  const name = text('name')
  const config = text('config')
  if (name === undefined) {
    for (const input of INLINE_ONLY)
      if (text(input) !== undefined && !(input === 'immutable' && text(input) === 'false'))
        invalid(
          `input \`${input}\` declares a Secret, but \`name\` is not set`,
          'set `name`, or declare the Secret in the configuration file',
        )
    return { kind: 'file', path: config ?? DEFAULT_CONFIG, explicit: config !== undefined }
  }
  if (config !== undefined)
    invalid('inputs `name` and `config` together', 'declare the Secret by inputs or in the file, not both')
  if (text('data') === undefined && text('from-env') === undefined)
    invalid('input `name` without `data` or `from-env`', 'say what the Secret holds')
  return {
    kind: 'inline',
    name,
    type: text('type'),
    data: hiddenBlock('data'),
    fromEnv: text('from-env'),
    labels: block('labels'),
    annotations: block('annotations'),
    immutable: flag('immutable'),
  }
}
