/** Writes the files that are made from the sources: `npm run generate`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { publishedSchema } from '../src/config/schema/published.ts'
import { actionManifest } from './action-manifest.ts'
import { readmeTables, referencePage } from './reference-page.ts'
import { scanRulesPage } from './scan-rules-page.ts'

export const ROOT = path.resolve(import.meta.dirname, '..')

if (import.meta.main) {
  for (const [file, content] of await generatedFiles()) {
    if ((await read(file)) === content) continue
    await mkdir(path.dirname(path.join(ROOT, file)), { recursive: true })
    await writeFile(path.join(ROOT, file), content)
    process.stdout.write(`wrote ${file}\n`)
  }
}

/** What every generated file must hold, by path from the root. Of the README only what stands between its markers changes. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const contents: readonly (readonly [string, string])[] = [
    ['action.yml', actionManifest()],
    ['schema/secretferry.schema.json', JSON.stringify(publishedSchema())],
    ['docs/reference.md', referencePage()],
    ['docs/scanning-rules.md', scanRulesPage()],
  ]
  const files = new Map<string, string>()
  for (const [file, content] of contents) files.set(file, await pretty(file, content))
  const readme = await read('README.md')
  if (readme !== undefined) files.set('README.md', await fill(readme))
  return files
}

async function fill(page: string): Promise<string> {
  let filled = page
  for (const [name, table] of Object.entries(readmeTables())) {
    const between = new RegExp(`(<!-- generated:${name} -->)[\\s\\S]*?(<!-- /generated -->)`)
    const content = await pretty('README.md', table)
    filled = filled.replace(between, (_, open: string, close: string) => `${open}\n\n${content}\n${close}`)
  }
  return filled
}

async function pretty(file: string, content: string): Promise<string> {
  const filepath = path.join(ROOT, file)
  return format(content, { ...(await resolveConfig(filepath)), filepath })
}

/** With `\n` alone, whatever the checkout made of it. */
async function read(file: string): Promise<string | undefined> {
  try {
    return (await readFile(path.join(ROOT, file), 'utf8')).replaceAll('\r\n', '\n')
  } catch {
    return undefined
  }
}
