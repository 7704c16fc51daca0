import type { KubeObject } from './object.ts'
import type { Resource } from './resources.ts'
import { badRequest, quote } from './status.ts'
import { checkLabelKey } from './validation.ts'

type Predicate = (object: KubeObject) => boolean

/** `a=b`, `a!=b`, `a in (b, c)`, `a notin (b)`, `a`, `!a`, and commas between them. */
export function parseLabelSelector(selector: string): Predicate {
  const requirements = splitRequirements(selector).map(parseRequirement)
  return ({ metadata }) => requirements.every((met) => met(metadata.labels ?? {}))
}

/** `metadata.name=x`, `metadata.namespace!=y` and what else the kind can be selected by. */
export function parseFieldSelector(of: Resource, selector: string): Predicate {
  const terms = selector
    .split(',')
    .filter((term) => term !== '')
    .map((term) => parseTerm(of, term))
  return (object) => terms.every((met) => met(object))
}

function splitRequirements(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).filter((requirement) => requirement.trim() !== '')
}

function parseRequirement(requirement: string): (labels: Readonly<Record<string, string>>) => boolean {
  const text = requirement.trim()
  checkKey(text)
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text)
  if (set !== null) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in')
  }
  const equality = /^([^\s=!]+)\s*(==?|!=)\s*([-\w.]*)$/.exec(text)
  if (equality !== null) {
    const [, key = '', operator, value] = equality
    return (labels) => (labels[key] === value) === (operator !== '!=')
  }
  const existence = /^(!?)\s*([-\w./]+)$/.exec(text)
  if (existence === null) throw badRequest(`unable to parse requirement: ${text}`)
  const [, not, key = ''] = existence
  return (labels) => key in labels === (not === '')
}

function checkKey(requirement: string): void {
  const key = /^!?\s*([^\s=!]*)/.exec(requirement)?.[1] ?? ''
  const [why] = checkLabelKey(key)
  if (why !== undefined) {
    throw badRequest(`unable to parse requirement: <nil>: Invalid value: ${quote(key)}: ${why}`)
  }
}

function parseTerm(of: Resource, term: string): Predicate {
  const match = /^([^=!]+)(==?|!=)(.*)$/.exec(term)
  if (match === null) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`)
  const [, field = '', operator, value] = match
  const known = ['metadata.name', ...(of.namespaced ? ['metadata.namespace'] : []), ...of.selectable]
  if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`)
  return (object) => (fieldOf(object, field) === value) === (operator !== '!=')
}

function fieldOf(object: KubeObject, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object)
}
