import path from 'node:path'
import { build } from 'esbuild'

const ROOT = path.resolve(import.meta.dirname, '../..')
/** Where the bundle of the action under test is: run-action.ts starts it. */
export const BUNDLED_ACTION = path.join(ROOT, 'build/test/main.js')

/**
 * Bundles the action of the sources as they are, once before the first test: a process of it starts in half the time
 * that the compiled sources take. What is loaded lazily stays apart, as it does in dist/.
 */
export async function setup(): Promise<void> {
  await build({
    entryPoints: [path.join(ROOT, 'src/main.ts')],
    outdir: path.dirname(BUNDLED_ACTION),
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'error',
    // Packages that are CommonJS ask for Node's own modules by `require`.
    banner: { js: `import{createRequire}from'node:module';const require=createRequire(import.meta.url);` },
  })
}
