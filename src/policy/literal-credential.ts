import type { RegistrySpec, TemplateSpec } from '../config/config.ts'
import type { Problem } from '../error.ts'
import { placeholders, type Template } from '../values/template.ts'
import type { Rule } from './rule.ts'

/** Forms that providers give their tokens, and private keys. Each is a prefix that nothing else begins with. */
const TOKEN =
  /^(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|sk_live_|rk_live_|sk-[A-Za-z0-9]|npm_|dckr_pat_|eyJ[A-Za-z0-9_-]{8,}\.)|-----BEGIN [A-Z ]*PRIVATE KEY-----/
const URL_PASSWORD = /[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#@\s:]*:[^/?#@\s]+@/
const CREDENTIAL_KEY = /pass(?:word|wd|phrase)?$|secret|token|(?:api|private|access)[-_]?key|credential/i
const SHORTEST = 8

/** A literal in the file that looks like a credential: it is in Git for everybody who can read the repository. */
export const literalCredential: Rule = (config) => {
  const warnings = config.secrets.flatMap(({ id, data, registries }) =>
    [...data, ...passwordsOf(registries)].flatMap(([key, { template, at }]): Problem[] =>
      template.secretLiterals || !looksSecret(key, template)
        ? []
        : [
            {
              code: 'CONFIG_INVALID',
              message: `${id}/${key}: the text in the file looks like a credential`,
              hint: 'keep it in a store and write a placeholder; if it is one, rotate it, for Git remembers',
              at,
            },
          ],
    ),
  )
  return { problems: [], warnings }
}

function passwordsOf(registries: readonly RegistrySpec[]): readonly (readonly [string, TemplateSpec])[] {
  return registries.map(({ host, password }) => [`${host} password`, password] as const)
}

/** Whether literal text of the file looks like a credential by its form, or by its key. Such text is masked all the same. */
export function looksSecret(key: string, template: Template): boolean {
  const literals = template.parts.filter((part) => part.kind === 'literal').map(({ text }) => text)
  if (literals.some((text) => TOKEN.test(text) || URL_PASSWORD.test(text))) return true
  const whole = placeholders(template).length === 0 ? literals.join('') : ''
  return CREDENTIAL_KEY.test(key) && whole.length >= SHORTEST && !/\s/.test(whole)
}
