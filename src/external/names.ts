import { describeReference } from '../values/reference.ts'
import type { Use } from '../values/template.ts'

/** What the operator calls each value in its templates: a field of Go's, made of the value's own name, each its own. */
export function createNames(): (use: Use) => string {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  return (use) => {
    const own = use.kind === 'value' ? use.name : describeReference(use.reference)
    const id = `${use.kind} ${own}`
    const known = names.get(id)
    if (known !== undefined) return known
    const fresh = unused(fieldName(own), taken)
    taken.add(fresh)
    names.set(id, fresh)
    return fresh
  }
}

function fieldName(own: string): string {
  const plain = own.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '')
  return (/^[A-Za-z]/.test(plain) ? plain : `v_${plain}`).slice(0, 200)
}

function unused(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let number = 2; ; number++) if (!taken.has(`${name}_${number}`)) return `${name}_${number}`
}
