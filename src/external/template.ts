import type { RegistrySpec, TemplateSpec } from '../config/config.ts'
import { registryKey } from '../manifests/registry-host.ts'
import type { Template, Use } from '../values/template.ts'
import { joined, templateText, valueOf, type Piece } from './expression.ts'

/** What the operator calls the value that a placeholder stands for, in its templates. */
export type KeyOf = (use: Use) => string

/** The operator's template for a template of ours: it gives the same bytes as rendering it here. */
export function operatorTemplate(template: Template, keyOf: KeyOf): string {
  return templateText(piecesOf(template, keyOf))
}

/** The operator's template for the document of `type: registry`: the same bytes as manifests/registry.ts makes. */
export function registryTemplate(registries: readonly RegistrySpec[], keyOf: KeyOf): string {
  const logins = registries
    .map((login) => ({ key: registryKey(login.host) ?? '', login }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, login }) => [text(`${JSON.stringify(key)}:`), ...loginPieces(login, keyOf)])
  const separated = logins.flatMap((login, index) => (index === 0 ? login : [text(','), ...login]))
  return templateText(merge([text('{"auths":{'), ...separated, text('}}')]))
}

function loginPieces({ username, password, email }: RegistrySpec, keyOf: KeyOf): readonly Piece[] {
  const [user, pass] = [username, password].map(({ template }) => piecesOf(template, keyOf))
  return [
    text('{"username":'),
    json(username, keyOf),
    text(',"password":'),
    json(password, keyOf),
    ...(email === undefined ? [] : [text(',"email":'), json(email, keyOf)]),
    text(',"auth":"'),
    joined([...(user ?? []), text(':'), ...(pass ?? [])], 'b64enc'),
    text('"}'),
  ]
}

function json({ template }: TemplateSpec, keyOf: KeyOf): Piece {
  return joined(piecesOf(template, keyOf), 'toRawJson')
}

function piecesOf({ parts }: Template, keyOf: KeyOf): readonly Piece[] {
  return parts.map((part) =>
    part.kind === 'literal' ? text(part.text) : valueOf(keyOf(part.use), part.filters),
  )
}

function text(content: string): Piece {
  return { kind: 'text', text: content }
}

/** Neighbouring texts as one, so that braces that meet are seen together. */
function merge(pieces: readonly Piece[]): readonly Piece[] {
  const merged: Piece[] = []
  for (const piece of pieces) {
    const last = merged.at(-1)
    if (piece.kind === 'text' && last?.kind === 'text')
      merged[merged.length - 1] = text(last.text + piece.text)
    else merged.push(piece)
  }
  return merged
}
