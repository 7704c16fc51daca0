import { classifyName } from './credential-name.ts'
import { isSecret, passwordsInUrls } from './judge.ts'
import { add, isPrivateKey, judgeScalar, partsOf, locate, type Sink, type Where } from './sink.ts'
import { assignmentsIn } from './text-lines.ts'
import { isHarmless, isTemplate } from './value.ts'
import { leavesOf } from './leaves.ts'
import { readDocuments } from './yaml/read.ts'
import { child, entriesOf, type Node, type Scalar } from './yaml/tree.ts'

/** The values of a Secret, encoded and plain. */
export function visitSecret(sink: Sink, node: Node, object: string): void {
  const where = { rule: 'kubernetes-secret', manner: 'declared', object } as const
  for (const section of ['data', 'stringData'] as const)
    for (const { key, value } of flatEntries(child(node, section))) {
      const at: Where = { ...where, path: [section, key] }
      if (section === 'data') judgeEncoded(sink, value, at)
      else judgePlain(sink, value, at)
    }
}

/** Entries of a mapping and of what a template's directives seem to have put below it. */
function flatEntries(node: Node | undefined): readonly { key: string; value: Scalar }[] {
  return entriesOf(node).flatMap(({ key, value }) => {
    if (value?.kind === 'scalar') return [{ key, value }]
    return key === '' ? flatEntries(value) : []
  })
}

function judgePlain(sink: Sink, scalar: Scalar, where: Where): void {
  if (isDocument(scalar.text) && holdsSecret(scalar.text, where)) add(sink, scalar, where)
  else judgeScalar(sink, scalar, where)
}

/** A value that is base64, as far as it is; one that is not is looked at as it stands. */
export function judgeEncoded(sink: Sink, scalar: Scalar, where: Where): void {
  const name = where.path.at(-1) ?? ''
  if (isTemplate(scalar.text)) {
    for (const part of partsOf(name, scalar.text)) add(sink, locate(sink, scalar, part), where)
    return
  }
  const decoded = decodeBase64(scalar.text)
  if (decoded === undefined) judgePlain(sink, scalar, where)
  else if (isBytes(decoded) ? isSecretBytes(name, decoded) : holdsSecret(decoded, where))
    add(sink, scalar, where)
}

/** The bytes of a base64 text, one code unit a byte; undefined where it is none. */
export function decodeBase64(text: string): string | undefined {
  const bare = text.replace(/\s+/g, '')
  if (bare.length < 4 || bare.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(bare)) return undefined
  return Buffer.from(bare, 'base64').toString('latin1')
}

/** Whether it is no text. */
function isBytes(decoded: string): boolean {
  return (
    /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(decoded) ||
    Buffer.from(decoded, 'latin1').toString('utf8').includes('\ufffd')
  )
}

function isSecretBytes(name: string, decoded: string): boolean {
  return decoded.length >= 8 && classifyName(name) !== 'plain' && !/\.(?:der|crt|cer|gz|png|ico)$/i.test(name)
}

/** Whether a text that was encoded holds a secret, by its own name or by one within. */
function holdsSecret(text: string, where: Where): boolean {
  const name = where.path.at(-1) ?? ''
  if (isPrivateKey(text) || passwordsInUrls(text).length > 0) return true
  if (isDocument(text))
    return leavesOf(readDocuments(text)).some(({ key, text: leaf }) => isLeafSecret(key, leaf))
  if (!text.trim().includes('\n')) return isSecret(name, text, where.manner)
  if (classifyName(name) === 'credential' && !isHarmless(text)) return true
  return assignmentsIn(text).some((each) => isSecret(each.name, each.value, 'named'))
}

function isDocument(text: string): boolean {
  return /^\s*(?:\{\s*["}]|\[\s*[\]{["])/.test(text)
}

/** A leaf of JSON: `auth` holds a user and a password in base64. */
function isLeafSecret(key: string, text: string): boolean {
  const inner = key === 'auth' ? decodeBase64(text)?.split(':').slice(1).join(':') : undefined
  return inner === undefined ? isPrivateKey(text) || isSecret(key, text, 'named') : !isHarmless(inner)
}
