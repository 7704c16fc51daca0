import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readmeTables } from '../scripts/reference-page.ts'
import { generatedFiles } from '../scripts/generate.ts'
import { INPUTS } from '../src/input-table.ts'
import { OUTPUTS } from '../src/output-table.ts'
import { workflowTexts } from './support/workflow-texts.ts'

const ROOT = resolve(import.meta.dirname, '..')
/** Reached only by `import()`, so that a run that needs none of them starts without them. */
const LAZY = ['@kubernetes/client-node', 'socks-proxy-agent']
const DRAWERS = /^(?:utils?|helpers?|common|misc|shared)\b/i

interface Source {
  readonly file: string
  readonly text: string
  /** What it imports when it is loaded, types apart. */
  readonly eager: readonly string[]
  /** What it loads by `import()`. */
  readonly lazy: readonly string[]
}

const sources = ['src', 'test', 'scripts'].flatMap(sourcesBelow)
const product = sources.filter(({ file }) => file.startsWith('src/') && !file.endsWith('.test.ts'))

describe('what is written down in more than one place', () => {
  const manifest = parse(read('action.yml')) as {
    inputs: Record<string, { default?: string; description: string }>
    outputs: Record<string, { description: string }>
    runs: { using: string; main: string }
  }

  test('action.yml has the inputs and outputs of the table, with their defaults', () => {
    const defaults = Object.entries(INPUTS).map(([name, input]) => [
      name,
      'default' in input ? input.default : undefined,
    ])
    expect(Object.entries(manifest.inputs).map(([name, input]) => [name, input.default])).toEqual(defaults)
    expect(Object.keys(manifest.outputs)).toEqual(Object.keys(OUTPUTS))
    expect(manifest.runs).toEqual({ using: 'node24', main: 'dist/index.js' })
  })

  test('action.yml holds no expression but one default: the runner evaluates them in descriptions too', () => {
    expect(
      read('action.yml').replace(/^ {4}default: ['"]?\$\{\{ github\.token \}\}['"]?$/m, ''),
    ).not.toContain('${{')
  })

  test('generated files are what the sources make', async () => {
    for (const [file, content] of await generatedFiles())
      expect(read(file), `npm run generate: ${file}`).toBe(content)
  })

  test.each(Object.keys(readmeTables()))('the README has the table of %s', (name) => {
    expect(read('README.md')).toMatch(new RegExp(`<!-- generated:${name} -->\\n[^]*?\\n<!-- /generated -->`))
  })

  test('workflows that use the action give it inputs that it has', () => {
    const unknown = workflowTexts().flatMap(({ place, text }) =>
      inputsGiven(text)
        .filter((name) => !Object.hasOwn(INPUTS, name))
        .map((name) => `${place}: ${name}`),
    )
    expect(unknown).toEqual([])
  })

  test('dist/ and what else is generated is marked so', () => {
    const args = ['check-attr', 'linguist-generated', '--', 'dist/index.js', 'schema/secretferry.schema.json']
    for (const line of execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n'))
      expect(line).toMatch(/: (?:true|set)$/)
  })
})

describe('who may import what', () => {
  test('only main.ts talks to the runner', () => {
    const importers = product.filter(({ eager, lazy }) =>
      [...eager, ...lazy].some((each) => each.endsWith('/runner.ts')),
    )
    expect(importers.map(({ file }) => file)).toEqual(['src/main.ts'])
  })

  test.each(LAZY)('%s is loaded lazily, and by somebody', (name) => {
    expect(product.filter(({ eager }) => eager.some((each) => belongsTo(each, name))).map(fileOf)).toEqual([])
    expect(product.filter(({ lazy }) => lazy.includes(name))).not.toEqual([])
  })

  test.each(['src/main.ts', 'src/modes/scan.ts'])('%s starts without a package', (entry) => {
    const reached = new Map<string, string>()
    const reach = (file: string, from: string): void => {
      if (reached.has(file)) return
      reached.set(file, from)
      for (const each of sources.find((source) => source.file === file)?.eager ?? [])
        reach(each.startsWith('.') ? join(dirname(file), each) : each, file)
    }
    reach(entry, '')
    const packages = [...reached].filter(([file]) => !/^(?:src\/|node:)/.test(file))
    expect(packages, 'load it by import() where it is needed').toEqual([])
    expect(reached.size).toBeGreaterThan(20)
  })

  test('the product imports nothing of its tests and scripts', () => {
    const outside = product.filter(({ eager, lazy }) =>
      [...eager, ...lazy].some((each) => /^(?:\.\.\/)+(?:test|scripts)\//.test(each)),
    )
    expect(outside.map(fileOf)).toEqual([])
  })

  test('every package that the product imports is a dependency, and every dependency is imported', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
    const imported = product
      .flatMap(({ eager, lazy }) => [...eager, ...lazy])
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    expect([...new Set(imported)].sort()).toEqual(Object.keys(dependencies).sort())
  })
})

describe('names', () => {
  test('nothing is called utils, helpers or common', () => {
    const places = sources.flatMap(({ file }) => file.split('/'))
    expect(places.filter((name) => DRAWERS.test(name))).toEqual([])
  })

  test('no file has a default export', () => {
    expect(sources.filter(({ text }) => /^export default\b/m.test(text)).map(fileOf)).toEqual([])
  })

  test('a file has a name in lower case with hyphens', () => {
    const odd = sources.filter(
      ({ file }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/.test(basename(file)),
    )
    expect(odd.map(fileOf)).toEqual([])
  })
})

function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name)
        .slice(ROOT.length + 1)
        .replaceAll('\\', '/')
      const text = read(file)
      return {
        file,
        text,
        eager: matches(text, /^(?:import|export)\s(?!type\s)(?:[^'`;]*?\sfrom\s)?'([^']+)'/gm),
        lazy: matches(text, /\bimport\('([^']+)'\)/g),
      }
    })
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found)
}

function inputsGiven(workflow: string): string[] {
  const { jobs } = parse(workflow) as {
    jobs: Record<string, { steps?: { uses?: string; with?: Record<string, unknown> }[] }>
  }
  return Object.values(jobs)
    .flatMap(({ steps = [] }) => steps)
    .filter(({ uses = '' }) => uses === './' || uses.startsWith('secretferry/secretferry@'))
    .flatMap((step) => Object.keys(step.with ?? {}))
}

function belongsTo(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`)
}

function fileOf({ file }: Source): string {
  return file
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replaceAll('\r\n', '\n')
}
