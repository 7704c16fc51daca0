import { templatesOf } from '../config/names.ts'
import type { Problem } from '../error.ts'
import type { Secret } from '../secret.ts'
import { applyFilter, type Filter } from '../values/filters.ts'
import type { Template } from '../values/template.ts'
import type { Rule } from './rule.ts'

/** A placeholder after this stands in the user-info of a URL, if an `@` follows before the path. */
const BEFORE = /[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#@\s]*$/
const AFTER = /^[^/?#\s]*@/
/** What user-info may hold as it is: unreserved characters and sub-delims (RFC 3986, section 3.2.1). */
const SAFE = /^[A-Za-z0-9\-._~!$&'()*+,;=]*$/

/** A value with reserved characters in the user-info of a URL makes another URL of it: a wrong host, a cut password. */
export const unescapedUserInfo: Rule = (config, values) => {
  const problems = config.secrets.flatMap((secret) =>
    templatesOf(secret).flatMap(({ template, at }): Problem[] => {
      const unsafe = userInfoUses(template).some(({ use, filters }) => {
        const value = values.of(use).value
        return value !== undefined && !isSafe(value, filters)
      })
      if (!unsafe) return []
      return [
        {
          code: 'VALUE_INVALID',
          message: `${secret.id}: a value with reserved characters stands in the user-info of a URL without |uri`,
          hint: 'write it with the filter: ${…|uri}',
          at,
        },
      ]
    }),
  )
  return { problems, warnings: [] }
}

/** Whether the value, as its filters leave it, is user-info as it is: base64 may hold a slash, JSON has quotes. */
function isSafe(value: Secret, filters: readonly Filter[]): boolean {
  if (!value.isText && filters[0] !== 'base64') return false
  const filtered = filters.reduce((bytes, filter) => applyFilter(filter, bytes), value.bytes())
  return SAFE.test(Buffer.from(filtered).toString('utf8'))
}

/** The placeholders without a last |uri between `scheme://` and `@`. */
function userInfoUses({ parts }: Template) {
  const text = parts.map((part) => (part.kind === 'literal' ? part.text : 'x'))
  return parts.flatMap((part, index) => {
    if (part.kind === 'literal' || part.filters.at(-1) === 'uri') return []
    const inside = BEFORE.test(text.slice(0, index).join('')) && AFTER.test(text.slice(index + 1).join(''))
    return inside ? [part] : []
  })
}
