import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { fakeEffects } from '../../test/support/effects.ts'
import { createFiles, type Demand } from '../files.ts'
import { findLogin } from './find-login.ts'

let folder = ''
let workspace = ''

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'secretferry-login-')))
  workspace = path.join(folder, 'work')
  for (const name of ['work', 'work/a', 'work/b', 'elsewhere']) mkdirSync(path.join(folder, name))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function write(file: string, content: string): string {
  const place = path.join(folder, file)
  writeFileSync(place, content)
  return place
}

interface Parts {
  readonly cluster?: Readonly<Record<string, unknown>>
  readonly user?: Readonly<Record<string, unknown>>
}

/** A part of a kubeconfig: its context is `c` with the user `u`, whether they are in it or not. */
function part({ cluster, user }: Parts): string {
  return stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: cluster === undefined ? [] : [{ name: 'c', cluster: { server: 'https://h', ...cluster } }],
    users: user === undefined ? [] : [{ name: 'u', user }],
  })
}

function find(given: { kubeconfig?: string; list?: readonly string[]; demand?: Demand }) {
  const { kubeconfig, list = [], demand } = given
  const effects = fakeEffects({
    env: { KUBECONFIG: list.join(path.delimiter) },
    files: createFiles({ workspace, temp: undefined, path, demand }),
  })
  return findLogin({ kubeconfig, context: undefined, workspace }, effects)
}

describe('relative paths in a kubeconfig', () => {
  it('belong to the folder of the file that declares them, however many KUBECONFIG lists', async () => {
    write('work/a/ca.crt', 'the authority')
    write('work/a/config', part({ cluster: { 'certificate-authority': 'ca.crt' } }))
    write('elsewhere/config', part({ user: { tokenFile: 'token' } }))
    const { cluster, user } = await find({ list: ['a/config', path.join(folder, 'elsewhere', 'config')] })
    expect(cluster.ca).toBe('the authority')
    expect(user.auth).toEqual({ kind: 'token-file', path: path.join(folder, 'elsewhere', 'token') })
  })

  it('belong to the workspace where the kubeconfig is no file', async () => {
    write('work/ca.crt', 'the authority')
    const kubeconfig = part({
      cluster: { 'certificate-authority': 'ca.crt' },
      user: { tokenFile: 'b/token' },
    })
    const { cluster, user } = await find({ kubeconfig })
    expect(cluster.ca).toBe('the authority')
    expect(user.auth).toEqual({ kind: 'token-file', path: path.join(workspace, 'b', 'token') })
  })

  it('are the same for the demand of the event as for reading, whose bytes are used', async () => {
    write('work/b/ca.crt', 'on disk')
    write('work/b/config', part({ cluster: { 'certificate-authority': 'ca.crt' }, user: {} }))
    const asked: string[] = []
    const demand: Demand = (relative, bytes) => {
      asked.push(relative)
      return Promise.resolve(relative.endsWith('ca.crt') ? Buffer.from('committed') : bytes)
    }
    expect((await find({ kubeconfig: 'b/config', demand })).cluster.ca).toBe('committed')
    expect(asked).toEqual(['b/config', 'b/ca.crt'])
  })
})

describe('a file of KUBECONFIG that does not exist', () => {
  it.each([
    ['in the workspace', 'b/none'],
    ['elsewhere', path.join(tmpdir(), 'secretferry', 'no', 'config')],
  ])('is skipped while there is another: %s', async (_, none) => {
    write('work/a/config', part({ cluster: {}, user: { token: 'abc' } }))
    for (const list of [
      [none, 'a/config'],
      ['a/config', none],
    ])
      expect((await find({ list })).user.auth).toEqual({ kind: 'token', token: 'abc' })
  })

  it('is an error where there is no other', async () => {
    await expect(find({ list: ['a/none', 'b/none'] })).rejects.toMatchObject({ code: 'KUBECONFIG_INVALID' })
  })
})
