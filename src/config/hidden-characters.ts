/** Line breaks, and what else does not show: a name that is printed is one line, of which a reader sees everything. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Whether there is a line break or another character without a shape in the name. */
export function hasControlCharacters(name: string): boolean {
  return CONTROL.test(name)
}
