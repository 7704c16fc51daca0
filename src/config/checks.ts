import { checkHttp } from '../verify/http-faults.ts'
import type { Attempts, CheckSpec, ExecSpec, HttpSpec } from '../verify/spec.ts'
import type { Fault } from '../values/reference.ts'
import { targetOf, throughOf } from './check-targets.ts'
import { IN_COMMAND, IN_URL, textReader, type CheckContext } from './check-text.ts'
import type { TemplateSpec } from './config.ts'
import type { Path } from './document.ts'
import type { CheckDeclaration } from './schema/verify.ts'

const RETRIES = 5
const INTERVAL_MS = 3_000
const TIMEOUT_MS = 10_000

/** Whose checks they are, and where their pods are unless they say so themselves. */
export interface ChecksOf {
  readonly path: Path
  readonly secret: string | undefined
  readonly namespaces: readonly string[]
  /** The `namespace` input, which goes before what a check says. */
  readonly input: string | undefined
}

/** The checks of a list, with everything in them parsed; what is wrong is reported. */
export function buildChecks(
  declared: readonly CheckDeclaration[] | undefined,
  of: ChecksOf,
  context: CheckContext,
): readonly CheckSpec[] {
  return (declared ?? []).flatMap((each, index) =>
    buildCheck(each, { ...of, path: [...of.path, index] }, context),
  )
}

function buildCheck(declared: CheckDeclaration, of: ChecksOf, context: CheckContext): CheckSpec[] {
  const at = context.locate(of.path)
  const { http, exec } = declared
  if ((http === undefined) === (exec === undefined)) context.report(ONE_OF_TWO, at)
  const probe = probeOf(declared, of.path, context)
  if (probe === undefined) return []
  const text = textReader(context)
  const name = declared.name === undefined ? defaultName(probe) : text(declared.name, [...of.path, 'name'])
  const own =
    declared.namespace === undefined ? undefined : text(declared.namespace, [...of.path, 'namespace'])
  const namespaces = of.input !== undefined || own === undefined ? of.namespaces : [own]
  const { secret } = of
  return [
    {
      name,
      secret,
      namespaces,
      always: declared.when === 'always',
      attempts: attemptsOf(declared),
      probe,
      at,
    },
  ]
}

function probeOf(
  { http, exec }: CheckDeclaration,
  path: Path,
  context: CheckContext,
): CheckSpec['probe'] | undefined {
  if (http !== undefined) return httpOf(http, [...path, 'http'], context)
  return exec === undefined ? undefined : execOf(exec, [...path, 'exec'], context)
}

const ONE_OF_TWO: Fault = {
  message: 'a check must be either `http` or `exec`',
  hint: 'write one of them; several checks are several items of the list',
}

function attemptsOf({
  retries = RETRIES,
  interval = INTERVAL_MS,
  timeout = TIMEOUT_MS,
}: CheckDeclaration): Attempts {
  return { retries, intervalMs: interval, timeoutMs: timeout }
}

type HttpDeclaration = NonNullable<CheckDeclaration['http']>

function httpOf(declared: HttpDeclaration, path: Path, context: CheckContext): HttpSpec {
  const spec: HttpSpec = {
    kind: 'http',
    url: textReader(context)(declared.url, [...path, 'url'], IN_URL),
    through: throughOf(declared.through, [...path, 'through'], context),
    method: declared.method ?? (declared.body === undefined ? 'GET' : 'POST'),
    ...contentOf(declared, (text, ...steps) => context.template(text, [...path, ...steps])),
    expect: expectationOf(declared.expect),
  }
  for (const { at, ...fault } of checkHttp(spec, declared.insecure ?? false))
    context.report(fault, context.locate([...path, ...at]))
  return spec
}

/** What may hold values. */
function contentOf(
  { headers = {}, body, 'basic-auth': basic }: HttpDeclaration,
  template: (text: string, ...steps: readonly string[]) => TemplateSpec,
): Pick<HttpSpec, 'headers' | 'basicAuth' | 'body'> {
  const named = Object.entries(headers).map(
    ([name, text]) => [name, template(text, 'headers', name)] as const,
  )
  return {
    headers: new Map(named),
    basicAuth:
      basic === undefined
        ? undefined
        : {
            username: template(basic.username, 'basic-auth', 'username'),
            password: template(basic.password, 'basic-auth', 'password'),
          },
    body: body === undefined ? undefined : template(body, 'body'),
  }
}

function expectationOf({ status, json }: NonNullable<HttpDeclaration['expect']> = {}): HttpSpec['expect'] {
  return {
    statuses: status === undefined ? undefined : [status].flat(),
    fields: json === undefined ? [] : [json].flat(),
  }
}

function execOf(
  declared: NonNullable<CheckDeclaration['exec']>,
  path: Path,
  context: CheckContext,
): ExecSpec {
  const text = textReader(context)
  const [program = '', ...args] = declared.command.map((word, index) =>
    text(word, [...path, 'command', index], IN_COMMAND),
  )
  const { container, stdin } = declared
  return {
    kind: 'exec',
    target: targetOf(declared, path, context),
    container: container === undefined ? undefined : text(container, [...path, 'container']),
    command: [program, ...args],
    stdin: stdin === undefined ? undefined : context.template(stdin, [...path, 'stdin']),
    showLogs: declared['show-logs'] ?? false,
  }
}

function defaultName(probe: HttpSpec | ExecSpec): string {
  if (probe.kind === 'http') {
    const url = probe.url.replace(/[?#].*$/, '')
    const { through } = probe
    const by = through === undefined ? '' : ` through ${through.kind}/${through.name}:${through.port}`
    return `${probe.method} ${url}${by}`
  }
  const { target, command } = probe
  const where = target.kind === 'selector' ? `a pod with ${target.selector}` : `${target.kind}/${target.name}`
  return `${command[0]} in ${where}`
}
