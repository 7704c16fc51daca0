/** Whether a text has digits and letters of both cases: names of functions, variables and files seldom do. */
export function isMixed(text: string): boolean {
  return /[0-9]/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text)
}
