import type { Parsed } from '../values/reference.ts'

/**
 * A property of a reference (`name`, or a JSON pointer that begins with `/`) as External Secrets finds it, which is a path
 * of gjson. Steps are joined by `|`, never by `.`: some providers take a path with a dot in it for a single name first.
 */
export function gjsonPath(property: string): Parsed<string> {
  const steps = property.startsWith('/') ? property.slice(1).split('/').map(unescapeStep) : [property]
  if (steps.includes(''))
    return {
      ok: false,
      message: 'a property without a name, which an operator can’t reach',
      hint: 'give the property a name in the store, and name it after `#`',
    }
  return { ok: true, value: steps.map(escapeStep).join('|') }
}

/** RFC 6901, section 4. */
function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** What gjson's own Escape does: of printable ASCII, everything but letters, digits, `_`, `-` and `:`. */
function escapeStep(step: string): string {
  return step.replace(/[!-~]/g, (char) => (/[A-Za-z0-9_:-]/.test(char) ? char : `\\${char}`))
}
