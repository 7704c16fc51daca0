import type { Effects } from '../effects.ts'
import { looksSecret } from '../policy/literal-credential.ts'
import type { Secret } from '../secret.ts'
import type { Parsed } from '../values/reference.ts'
import type { Values } from '../values/resolve.ts'
import { renderTemplate, type Template } from '../values/template.ts'

interface Given extends Pick<Effects, 'secret' | 'literal'> {
  readonly values: Values
}

/**
 * The rendered template, masked; a fault where its values can't stand in it. A placeholder alone is its value, masked
 * already: undefined where that is absent.
 */
export function renderMasked(template: Template, name: string, given: Given): Parsed<Secret | undefined> {
  const { values, secret, literal } = given
  const [part, ...rest] = template.parts
  if (part?.kind === 'placeholder' && rest.length === 0 && part.filters.length === 0)
    return { ok: true, value: values.of(part.use).value }
  const rendered = renderTemplate(template, (use) => values.of(use).value?.bytes() ?? new Uint8Array())
  if (!rendered.ok) return rendered
  const { value } = rendered
  return { ok: true, value: isPublic(name, template) ? literal(value) : secret(value, name) }
}

/** Whether the template is literal text of the file and nothing else: not secret then, unless it looks so. */
function isPublic(name: string, template: Template): boolean {
  const plain = !template.secretLiterals && template.parts.every(({ kind }) => kind === 'literal')
  return plain && !looksSecret(name, template)
}
