/** What a file of the repository is to the scan. */
export type Content =
  | {
      readonly kind: 'text'
      /** UTF-8, or what of it is valid. */
      readonly bytes: Buffer
    }
  /** Searched for known values alone. */
  | { readonly kind: 'binary'; readonly bytes: Buffer }
  /** Not looked into. */
  | { readonly kind: 'closed'; readonly why: string }

/** How far into a file a NUL makes it binary, as Git has it. */
const LOOK = 8000

/** Tells text from binary by the bytes, never by the name. UTF-16 becomes UTF-8. */
export function contentOf(bytes: Buffer): Content {
  const archive = archiveKind(bytes)
  if (archive !== undefined) return { kind: 'closed', why: `${archive}: its content is not scanned` }
  const wide = utf16(bytes)
  if (wide !== undefined) return { kind: 'text', bytes: Buffer.from(new TextDecoder(wide).decode(bytes)) }
  if (bytes.subarray(0, LOOK).includes(0)) return { kind: 'binary', bytes }
  if (isLfsPointer(bytes))
    return { kind: 'closed', why: 'a Git LFS pointer: the file it stands for is not in Git' }
  return { kind: 'text', bytes }
}

const ARCHIVES: readonly (readonly [string, number, readonly number[]])[] = [
  ['a ZIP archive', 0, [0x50, 0x4b, 0x03, 0x04]],
  ['a ZIP archive', 0, [0x50, 0x4b, 0x05, 0x06]],
  ['a gzip file', 0, [0x1f, 0x8b]],
  ['an xz file', 0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['a bzip2 file', 0, [0x42, 0x5a, 0x68]],
  ['a Zstandard file', 0, [0x28, 0xb5, 0x2f, 0xfd]],
  ['a 7z archive', 0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['a RAR archive', 0, [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
  ['a tar archive', 257, [0x75, 0x73, 0x74, 0x61, 0x72]],
]

/** Text may begin as bzip2 does (`BZh`), so there the block that follows is asked for too. */
function archiveKind(bytes: Buffer): string | undefined {
  const found = ARCHIVES.find(([, at, magic]) => magic.every((byte, nth) => bytes[at + nth] === byte))
  if (found?.[0] === 'a bzip2 file' && bytes.toString('latin1', 4, 10) !== '1AY&SY') return undefined
  return found?.[0]
}

/** UTF-16 by its mark, or because every other byte at the beginning is a NUL. */
function utf16(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0
  const isUtf32 = mark === 0xfffe && bytes[2] === 0 && bytes[3] === 0
  if (mark === 0xfffe && !isUtf32) return 'utf-16le'
  return mark === 0xfeff ? 'utf-16be' : unmarkedUtf16(bytes.subarray(0, LOOK))
}

function unmarkedUtf16(start: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (start.length < 8 || !start.includes(0)) return undefined
  const nuls: [number, number] = [0, 0]
  for (const [at, byte] of start.entries()) if (byte === 0) nuls[(at & 1) as 0 | 1]++
  const [even, odd] = nuls
  const most = (start.length / 2) * 0.9
  if (odd > most && even === 0) return 'utf-16le'
  return even > most && odd === 0 ? 'utf-16be' : undefined
}

function isLfsPointer(bytes: Buffer): boolean {
  return (
    bytes.length < 1024 &&
    bytes.toString('latin1', 0, 43).startsWith('version https://git-lfs.github.com/spec/v1')
  )
}
