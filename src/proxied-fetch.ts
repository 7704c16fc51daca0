/** Node's fetch, which takes no notice of HTTPS_PROXY and NO_PROXY until it is told to; older versions of 24 can't be told. */
export function proxiedFetch(env: Readonly<Record<string, string | undefined>>): typeof globalThis.fetch {
  let told = false
  return (...request) => {
    if (!told) tellProxy(env)
    told = true
    return fetch(...request)
  }
}

function tellProxy(env: Readonly<Record<string, string | undefined>>): void {
  // Loaded by those that fetch alone: it takes a tenth of what Node itself takes to start.
  const http = process.getBuiltinModule('node:http') as { setGlobalProxyFromEnv?: (env: object) => unknown }
  http.setGlobalProxyFromEnv?.(env)
}
