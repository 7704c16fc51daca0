/** Makes dist/ of the compiled sources in build/: `npm run build`. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bundle, SIZE_LIMIT } from './bundle.ts'
import { tryOut } from './trial.ts'

const DIST = path.resolve(import.meta.dirname, '../dist')

const folder = await mkdtemp(path.join(tmpdir(), 'secretferry-dist-'))
try {
  const files = await bundle(folder)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const { name, bytes } of files) process.stdout.write(`${megabytes(bytes)}  dist/${name}\n`)
  process.stdout.write(`${megabytes(total)}  together, of ${megabytes(SIZE_LIMIT).trim()} at most\n`)
  if (total > SIZE_LIMIT)
    throw new Error('dist/ is too large: see which chunk grew, and load what is heavy lazily')
  for (const { what, seconds } of await tryOut(folder))
    process.stdout.write(`${seconds.toFixed(2).padStart(6)} s   a run with ${what}\n`)
  await rm(DIST, { recursive: true, force: true })
  await cp(folder, DIST, { recursive: true })
} finally {
  await rm(folder, { recursive: true, force: true })
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(2).padStart(6)} MB`
}
