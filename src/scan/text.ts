/**
 * One file as the layers see it. `bytes` are UTF-8 (UTF-16 was converted); `latin1` is the same, one code unit a byte, so
 * offsets into both are equal. A layer that does not ask for the whole file may be given a part of one.
 */
export interface ScanText {
  /** In the repository, with forward slashes. What is no UTF-8 in it stands as U+FFFD. */
  readonly path: string
  readonly bytes: Buffer
  readonly latin1: string
}

export function scanText(path: string, bytes: Buffer): ScanText {
  return { path, bytes, latin1: bytes.toString('latin1') }
}
