import path from 'node:path'
import { build, type Plugin } from 'esbuild'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDER = path.join(ROOT, 'build/test')

/** Where the bundle of the action under test is: run-action.ts starts it. */
export const BUNDLED_ACTION = path.join(FOLDER, 'main.js')
/** Where the compiled loopback-only.ts is, which is loaded before it. */
export const LOOPBACK_ONLY = path.join(FOLDER, 'loopback-only.js')
/** Where the compiled leaky-action.ts is. */
export const LEAKY_ACTION = path.join(FOLDER, 'leaky-action.js')

/**
 * Bundles the action of the sources as they are, and what is started with it, once before the first test: a process of
 * it starts in half the time that the sources take. What is loaded lazily stays apart, as it does in dist/.
 */
export async function setup(): Promise<void> {
  await build({
    entryPoints: [
      path.join(ROOT, 'src/main.ts'),
      ...['loopback-only.ts', 'leaky-action.ts'].map((name) => path.join(import.meta.dirname, name)),
    ],
    outdir: FOLDER,
    entryNames: '[name]',
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'error',
    plugins: [builtins],
    // Packages that are CommonJS ask for Node's own modules by `require`.
    banner: { js: `import{createRequire}from'node:module';const require=createRequire(import.meta.url);` },
  })
}

/**
 * Node reads all that a module of its own exports where one is imported, which loads fetch and WebSocket with
 * `node:http`. As in dist/, the bundle asks for the module instead.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup(bundling) {
    bundling.onResolve({ filter: /^(?:node:)?https?$/ }, ({ path: name }) => ({
      path: name.replace(/^(?!node:)/, 'node:'),
      namespace: 'builtin',
    }))
    bundling.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)})`,
    }))
  },
}
