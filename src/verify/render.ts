import type { Config, TemplateSpec } from '../config/config.ts'
import type { Effects } from '../effects.ts'
import type { Place, Problem } from '../error.ts'
import { isHeaderText } from '../kubernetes/kubeconfig-user.ts'
import { renderMasked } from '../manifests/render-masked.ts'
import type { Secret } from '../secret.ts'
import type { Values } from '../values/resolve.ts'
import { placeholders } from '../values/template.ts'
import type { Check, ExecProbe, HttpProbe } from './check.ts'
import { contentType } from './http-faults.ts'
import type { CheckSpec, ExecSpec, HttpSpec } from './spec.ts'
import { templatesOfProbe } from './templates.ts'

export interface Rendered {
  readonly checks: readonly Check[]
  readonly problems: readonly Problem[]
  /** Checks that can't be made because an optional value is absent. */
  readonly notices: readonly { readonly message: string; readonly at: Place }[]
}

interface Ingredients extends Pick<Effects, 'secret' | 'literal'> {
  readonly values: Values
  /** Where pods are looked for where nothing says so. */
  readonly defaultNamespace: string
}

/** Every check with its values in place and masked, once for each namespace; and all that is wrong with them. */
export function renderChecks(
  { checks, secrets }: Pick<Config, 'checks' | 'secrets'>,
  ingredients: Ingredients,
): Rendered {
  const { defaultNamespace } = ingredients
  const problems: Problem[] = []
  const usable = checks.filter((spec) => !lacksValue(spec, ingredients.values))
  const rendered = usable.flatMap((spec) => {
    const given = { ...ingredients, problems, name: spec.name }
    const secret = secretOf(spec, secrets, defaultNamespace)
    const namespaces = namespacesOf(spec, defaultNamespace)
    return namespaces.map((namespace): Check => {
      const { always, attempts, at, probe } = spec
      const name = namespaces.length === 1 ? spec.name : `${spec.name} in ${namespace}`
      const made = probe.kind === 'http' ? httpProbe(probe, namespace, given) : execProbe(probe, given)
      const own = secret?.namespaces.includes(namespace) === true && isPlaced(spec) ? [namespace] : undefined
      const of = secret === undefined ? undefined : { ...secret, namespaces: own ?? secret.namespaces }
      return { name, secret: of, namespace, always, attempts, at, probe: made }
    })
  })
  const notices = checks
    .filter((spec) => !usable.includes(spec))
    .map(({ name, at }) => ({
      message: `the check “${name}” is left out: an optional value in it is absent`,
      at,
    }))
  const distinct = [...new Map(problems.map((problem) => [problem.message, problem])).values()]
  return { checks: rendered, problems: distinct, notices }
}

function secretOf({ secret: id }: CheckSpec, secrets: Config['secrets'], fallback: string): Check['secret'] {
  const spec = secrets.find((each) => each.id === id)
  if (spec === undefined) return undefined
  return { name: spec.name, namespaces: spec.namespaces.length === 0 ? [fallback] : spec.namespaces }
}

/** Whether it goes into pods, so that it makes a difference which namespace it is. */
function isPlaced({ probe }: CheckSpec): boolean {
  return probe.kind === 'exec' || probe.through !== undefined
}

/** Where it makes a difference, each namespace has its own check. */
function namespacesOf(spec: CheckSpec, fallback: string): readonly string[] {
  const { namespaces } = spec
  const all = namespaces.length === 0 ? [fallback] : namespaces
  return isPlaced(spec) ? all : all.slice(0, 1)
}

function lacksValue({ probe }: CheckSpec, values: Values): boolean {
  return templatesOfProbe(probe).some(([, { template }]) =>
    placeholders(template).some(({ use }) => values.of(use).value === undefined),
  )
}

interface Given extends Ingredients {
  readonly problems: Problem[]
  readonly name: string
}

function execProbe({ stdin, ...spec }: ExecSpec, given: Given): ExecProbe {
  return { ...spec, stdin: stdin === undefined ? undefined : render(stdin, 'stdin', given) }
}

function httpProbe(spec: HttpSpec, namespace: string, given: Given): HttpProbe {
  const { through, method, expect, body } = spec
  const headers = new Map([
    ...contentHeaders(spec, given),
    ...[...spec.headers].map(([name, template]) => [name, headerOf(name, template, given)] as const),
    ...(spec.basicAuth === undefined ? [] : [['Authorization', basicAuth(spec.basicAuth, given)] as const]),
  ])
  return {
    kind: 'http',
    url: urlOf(spec, namespace),
    through,
    method,
    headers: new Map([...headers].filter((pair): pair is [string, Secret] => pair[1] !== undefined)),
    body: body === undefined ? undefined : render(body, 'body', given),
    expect,
  }
}

/** A path becomes the URL that a client in the cluster would use: servers look at the name they are called by. */
function urlOf({ url, through }: HttpSpec, namespace: string): URL {
  if (through === undefined || !url.startsWith('/')) return new URL(url)
  const host = through.kind === 'service' ? `${through.name}.${namespace}.svc` : 'localhost'
  const port = /^\d+$/.test(through.port) ? `:${through.port}` : ''
  return new URL(`http://${host}${port}${url}`)
}

function contentHeaders(spec: HttpSpec, { literal }: Given): readonly (readonly [string, Secret])[] {
  const own = [...spec.headers.keys()].some((name) => name.toLowerCase() === 'content-type')
  if (spec.body === undefined || own) return []
  return [['Content-Type', literal(Buffer.from(contentType(spec)))]]
}

function headerOf(name: string, spec: TemplateSpec, given: Given): Secret | undefined {
  const value = render(spec, `header ${name}`, given)
  if (value === undefined || (value.isText && isHeaderText(value.reveal()))) return value
  given.problems.push({
    code: 'VALUE_INVALID',
    message: `the check “${given.name}”: the header ${name} would hold line breaks or characters that no header can carry`,
    hint: 'write the value with |base64 or |uri, or put it into the body',
    at: spec.at,
  })
  return undefined
}

/** RFC 7617: the user before the first colon, in UTF-8. */
function basicAuth(
  { username, password }: NonNullable<HttpSpec['basicAuth']>,
  given: Given,
): Secret | undefined {
  const user = render(username, 'username', given)
  const word = render(password, 'password', given)
  if (user === undefined || word === undefined) return undefined
  const pair = Buffer.concat([user.bytes(), Buffer.from(':'), word.bytes()])
  const encoded = given.secret(pair.toString('base64'), `the check “${given.name}”: basic-auth`)
  if (user.bytes().includes(0x3a))
    given.problems.push({
      code: 'VALUE_INVALID',
      message: `the check “${given.name}”: the user of \`basic-auth\` has a colon, which would end it`,
      hint: 'only the password may have one',
      at: username.at,
    })
  return given.secret(`Basic ${encoded.reveal()}`, `the check “${given.name}”: header Authorization`)
}

/** Masked; undefined after a problem was noted. */
function render({ template, at }: TemplateSpec, what: string, given: Given): Secret | undefined {
  const name = `the check “${given.name}”: ${what}`
  const rendered = renderMasked(template, name, given)
  if (rendered.ok) return rendered.value
  const { message, hint } = rendered
  given.problems.push({ code: 'VALUE_INVALID', message: `${name}: ${message}`, hint, at })
  return undefined
}
