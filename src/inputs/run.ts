import type { Secret } from '../secret.ts'
import { readDeclared, type DeclaredInputs } from './declared.ts'
import type { Parser } from './parser.ts'

/** What every mode takes: what is declared, how the cluster is reached, and how the run is limited and recorded. */
export interface RunInputs extends DeclaredInputs {
  /** The kubeconfig's YAML, its base64, or a path. Its credentials are masked as soon as it is parsed. */
  readonly kubeconfig: Secret | undefined
  readonly context: string | undefined
  readonly execPlugins: readonly string[]
  readonly timeoutMs: number
  readonly auditLog: string | undefined
}

export function readRun(parser: Parser): RunInputs {
  return {
    ...readDeclared(parser),
    kubeconfig: parser.hidden('kubeconfig'),
    context: parser.text('context'),
    execPlugins: parser.list('exec-plugins'),
    timeoutMs: parser.duration('timeout'),
    auditLog: parser.text('audit-log'),
  }
}
