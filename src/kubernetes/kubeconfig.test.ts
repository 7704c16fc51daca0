import { beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { makeAuthority, makeLeaf, type Certificate } from '../../test/support/certificates.ts'
import { ActionError } from '../error.ts'
import { credentialsOf, parseKubeconfig, readLogin } from './kubeconfig.ts'
import { mergeKubeconfigs } from './kubeconfig-files.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const canary = ['Zq7', 'hunter2', 'canary'].join('-')

interface Entries {
  readonly cluster?: Readonly<Record<string, unknown>>
  readonly user?: Readonly<Record<string, unknown>>
  readonly context?: Readonly<Record<string, unknown>>
}

/** A kubeconfig with one context `test`. */
function kubeconfig({ cluster = {}, user = {}, context = {} }: Entries = {}, name = 'test'): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name, context: { cluster: 'c', user: 'u', ...context } }],
  })
}

function noFile(path: string): string {
  throw new Error(`read ${path}`)
}

function parse(text: string) {
  const parsed = parseKubeconfig(text)
  if (parsed === undefined) throw new Error('no kubeconfig')
  return parsed
}

function login(entries: Entries, wanted?: string, readText = noFile) {
  return readLogin(parse(kubeconfig(entries)), wanted, readText)
}

let authority: Certificate
let client: Certificate
let expired: Certificate

beforeAll(async () => {
  authority = await makeAuthority()
  client = await makeLeaf(authority, { subject: { commonName: 'u' }, usage: ['client'] })
  const [notBefore, notAfter] = [new Date('2020-01-01T00:00:00Z'), new Date('2021-01-01T00:00:00Z')]
  expired = await makeLeaf(authority, {
    subject: { commonName: 'u' },
    usage: ['client'],
    notBefore,
    notAfter,
  })
})

describe('parseKubeconfig', () => {
  it('takes YAML and JSON with clusters or contexts', () => {
    expect(parseKubeconfig(kubeconfig())).toBeDefined()
    expect(parseKubeconfig('{"clusters": [], "contexts": []}')).toBeDefined()
  })

  it.each([
    '',
    'text',
    '- a',
    'apiVersion: v1\nkind: Config',
    'clusters: {}',
    'clusters: [',
    '/path/to/kubeconfig',
    base64(kubeconfig()),
  ])('takes %j for none', (text) => {
    expect(parseKubeconfig(text)).toBeUndefined()
  })
})

describe('readLogin', () => {
  it('reads server, trust and namespace of the current context', () => {
    const cluster = {
      'certificate-authority-data': base64('PEM'),
      'tls-server-name': 'kubernetes',
      'proxy-url': 'socks5://p:1',
      server: 'https://[::1]:6443/base',
    }
    const { server, ...rest } = login({ cluster, context: { namespace: 'app' } })
    expect(server.href).toBe('https://[::1]:6443/base')
    expect(rest).toEqual({
      context: 'test',
      namespace: 'app',
      cluster: { ca: 'PEM', skipTlsVerify: false, tlsServerName: 'kubernetes', proxyUrl: 'socks5://p:1' },
      user: { cert: undefined, key: undefined, auth: { kind: 'none' }, impersonate: {} },
    })
  })

  it.each([true, 'true'])('knows that the server is not to be verified: %j', (skip) => {
    expect(login({ cluster: { 'insecure-skip-tls-verify': skip } }).cluster.skipTlsVerify).toBe(true)
  })

  it('reads what is named by path, and prefers what is embedded', () => {
    const files = { 'certificate-authority': 'ca.crt', 'client-certificate': 'c.crt', 'client-key': 'c.key' }
    const read = (path: string): string =>
      ({ 'c.crt': client.cert, 'c.key': client.key })[path] ?? `content of ${path}`
    const both = login(
      { cluster: { ...files, 'certificate-authority-data': base64('embedded') }, user: files },
      undefined,
      read,
    )
    expect([both.cluster.ca, both.user.cert, both.user.key]).toEqual(['embedded', client.cert, client.key])
  })

  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    ['a token', { token: 'abc' }, { kind: 'token', token: 'abc' }],
    ['a token that looks like a number', { token: '0123' }, { kind: 'token', token: '0123' }],
    ['a token with white space around it', { token: ' abc\n' }, { kind: 'token', token: 'abc' }],
    ['a token file', { tokenFile: '/t' }, { kind: 'token-file', path: '/t' }],
    ['user and password', { username: 'u', password: 'p' }, { kind: 'basic', username: 'u', password: 'p' }],
    [
      'an auth-provider',
      { 'auth-provider': { name: 'oidc', config: { 'id-token': 'x', n: null } } },
      { kind: 'auth-provider', name: 'oidc', config: { 'id-token': 'x' } },
    ],
    [
      'a command',
      {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1beta1',
          command: 'aws',
          args: ['eks', 7, 'get-token'],
          env: [{ name: 'A', value: 'b' }],
          provideClusterInfo: true,
          interactiveMode: 'Never',
        },
      },
      {
        kind: 'exec',
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1beta1',
          command: 'aws',
          args: ['eks', '7', 'get-token'],
          env: { A: 'b' },
          provideClusterInfo: true,
        },
      },
    ],
    [
      'a command of few words',
      { exec: { command: 'x', args: null, env: null } },
      {
        kind: 'exec',
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: 'x',
          args: [],
          env: {},
          provideClusterInfo: false,
        },
      },
    ],
    ['nothing', {}, { kind: 'none' }],
    ['an empty token', { token: '' }, { kind: 'none' }],
    ['a token of white space', { token: ' \n' }, { kind: 'none' }],
  ])('reads how the user logs in: %s', (_, user, auth) => {
    expect(login({ user }).user.auth).toEqual(auth)
  })

  it.each<[Readonly<Record<string, unknown>>, object]>([
    [{ as: 'bot' }, { 'Impersonate-User': 'bot' }],
    [
      { as: 'bot', 'as-uid': '7', 'as-groups': ['a', 'b'] },
      { 'Impersonate-User': 'bot', 'Impersonate-Uid': '7', 'Impersonate-Group': ['a', 'b'] },
    ],
    [
      { as: 'bot', 'as-user-extra': { 'acme.com/Team x': ['1', '2'] } },
      { 'Impersonate-User': 'bot', 'Impersonate-Extra-acme.com%2FTeam%20x': ['1', '2'] },
    ],
    [
      { as: 'bot', 'as-user-extra': { 'a(b)': ['1'] } },
      { 'Impersonate-User': 'bot', 'Impersonate-Extra-a%28b%29': ['1'] },
    ],
    [{}, {}],
  ])('acts as whom %j says', (user, headers) => {
    expect(login({ user }).user.impersonate).toEqual(headers)
  })

  it('takes a client certificate that is valid', () => {
    const user = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) }
    expect(login({ user }).user).toMatchObject({ cert: client.cert, key: client.key, auth: { kind: 'none' } })
  })

  it.each<[string, () => Readonly<Record<string, unknown>>, RegExp]>([
    ['a key that is none', () => ({ 'client-key-data': base64(canary) }), /client key .* can’t be read/],
    [
      'a certificate without its key',
      () => ({ 'client-certificate-data': base64(client.cert) }),
      /without its key/,
    ],
    [
      'the key of another certificate',
      () => ({ 'client-certificate-data': base64(client.cert), 'client-key-data': base64(expired.key) }),
      /does not belong to/,
    ],
    ['a token of two lines', () => ({ token: `${canary}\n${canary}` }), /the token .* holds line breaks/],
    ['a name that no header can carry', () => ({ as: 'käthe' }), /`as`.* no header can carry/],
    ['a group that no header can carry', () => ({ as: 'a', 'as-groups': ['b\nc'] }), /no header can carry/],
  ])('refuses a user with %s', (_, user, says) => {
    const said = failure(() => login({ user: user() }))
    expect(said).toMatch(says)
    expect(said).not.toContain(canary)
  })

  it.each(['proxy:3128', '10.0.0.1:3128', 'proxy.example', 'ftp://p', 'http://', 'no url'])(
    'refuses the proxy-url %s rather than to go past it',
    (url) => {
      expect(failure(() => login({ cluster: { 'proxy-url': url } }))).toMatch(/`proxy-url` is not the URL/)
    },
  )

  it.each(['http://p:1', 'https://p', 'socks5://p:1', 'socks5h://p', 'socks4://p', 'SOCKS5://p'])(
    'takes the proxy-url %s',
    (url) => {
      expect(login({ cluster: { 'proxy-url': url } }).cluster.proxyUrl).toBe(url)
    },
  )

  it.each(['https://10.0.0.1', 'http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    'takes the server %s',
    (server) => {
      expect(login({ cluster: { server } }).server.href).toBe(`${server}/`)
    },
  )

  it('takes the context that is wanted', () => {
    const two = mergeKubeconfigs([
      parse(kubeconfig()),
      parse(kubeconfig({ context: { namespace: 'b' } }, 'second')),
    ])
    expect(readLogin(two, 'second', noFile)).toMatchObject({ context: 'second', namespace: 'b' })
  })

  const contexts = (rest: object): string =>
    stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://h' } }],
      users: [{ name: 'u', user: {} }],
      ...rest,
    })
  const one = [
    { name: 'one', context: { cluster: 'c', user: 'u' } },
    { name: 'two', context: {} },
  ]

  it.each<[string, string, string | undefined, RegExp]>([
    [
      'no current context',
      contexts({ contexts: one }),
      undefined,
      /no current context\n.*`context` input to one of: one, two/,
    ],
    [
      'an empty current context',
      contexts({ contexts: one, 'current-context': '' }),
      undefined,
      /no current context/,
    ],
    [
      'a current context that is not there',
      contexts({ contexts: one, 'current-context': 'x' }),
      undefined,
      /does not have the context.*\n.*one, two/,
    ],
    ['a wanted context that is not there', contexts({ contexts: one }), 'x', /does not have the context/],
    ['no contexts at all', contexts({}), 'x', /its contexts are: none/],
    ['a context without a cluster', contexts({ contexts: one }), 'two', /cluster is not in the kubeconfig/],
    [
      'a cluster that is not there',
      contexts({ contexts: one, clusters: [] }),
      'one',
      /cluster is not in the kubeconfig/,
    ],
    [
      'a user that is not there',
      contexts({ contexts: one, users: [{ name: 'x' }, null, 'y'] }),
      'one',
      /user is not in the kubeconfig/,
    ],
    ['no server', kubeconfig({ cluster: { server: null } }), undefined, /`server` is not a URL/],
    [
      'a server that is no URL',
      kubeconfig({ cluster: { server: '10.0.0.1:6443' } }),
      undefined,
      /`server` is not/,
    ],
    [
      'a server in clear',
      kubeconfig({ cluster: { server: 'http://10.0.0.1' } }),
      undefined,
      /is not https\n.*in clear/,
    ],
    [
      'a server that only begins like loopback',
      kubeconfig({ cluster: { server: 'http://localhost.example' } }),
      undefined,
      /is not https/,
    ],
    ['another scheme', kubeconfig({ cluster: { server: 'file:///x' } }), undefined, /is not https/],
  ])('says what is missing: %s', (_, text, wanted, says) => {
    expect(failure(() => readLogin(parse(text), wanted, noFile))).toMatch(says)
  })

  it('refuses a client certificate that has expired, with the day', () => {
    expect(failure(() => login({ user: { 'client-certificate-data': base64(expired.cert) } }))).toMatch(
      /expired on 2021-01-01T00:00:00/,
    )
  })

  it.each<[string, Entries]>([
    [
      'a certificate that is none',
      { user: { 'client-certificate-data': base64(canary), 'client-key-data': base64(canary) } },
    ],
    ['a server that is none', { cluster: { server: canary }, user: { token: canary } }],
    ['a server with a password', { cluster: { server: `http://u:${canary}@h` } }],
    ['a cluster that is none', { context: { cluster: canary }, user: { token: canary } }],
    ['a user that is none', { context: { user: canary } }],
    ['a context that is wanted', { user: { token: canary } }],
  ])('quotes nothing of %s', (_, entries) => {
    expect(
      failure(() =>
        login(
          entries,
          Object.keys(entries).join() === 'user' && entries.user?.['token'] ? canary : undefined,
        ),
      ),
    ).not.toContain(canary)
  })
})

/** Message and hint of the refusal. */
function failure(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    expect(error.code).toBe('KUBECONFIG_INVALID')
    return error.problems.map(({ message, hint }) => `${message}\n${hint}`).join('\n')
  }
  throw new Error('nothing was refused')
}

describe('mergeKubeconfigs', () => {
  it('takes each thing from the first file that names it', () => {
    const first = parse(kubeconfig({ cluster: { server: 'https://first' }, user: { token: 'first' } }))
    const second = parse(kubeconfig({ cluster: { server: 'https://second' }, context: { namespace: 'x' } }))
    const merged = readLogin(mergeKubeconfigs([first, second]), undefined, noFile)
    expect(merged).toMatchObject({ namespace: undefined, user: { auth: { token: 'first' } } })
    expect(merged.server.host).toBe('first')
  })

  it('takes the current context of the first file that has one', () => {
    const none = parse('clusters: []\ncurrent-context: ""')
    expect(
      readLogin(
        mergeKubeconfigs([none, parse(kubeconfig()), parse(kubeconfig({}, 'other'))]),
        undefined,
        noFile,
      ).context,
    ).toBe('test')
  })
})

describe('credentialsOf', () => {
  it.each<[string, Entries, string[]]>([
    ['a token', { user: { token: canary } }, [canary]],
    ['a password', { user: { username: 'someone', password: canary } }, [canary]],
    [
      'the environment of a command',
      {
        user: {
          exec: {
            command: 'aws',
            env: [
              { name: 'AWS_SECRET_ACCESS_KEY', value: canary },
              { name: 'AWS_PROFILE', value: 'p' },
            ],
          },
        },
      },
      [canary],
    ],
    [
      'an auth-provider',
      { user: { 'auth-provider': { name: 'oidc', config: { 'refresh-token': canary, 'client-id': 'c' } } } },
      [canary],
    ],
    [
      'a proxy’s password, as it is and decoded',
      { cluster: { 'proxy-url': 'http://u:a%2Fb@p:3128' } },
      ['a%2Fb', 'a/b'],
    ],
    [
      'a proxy’s password that can’t be decoded',
      { cluster: { 'proxy-url': 'http://u:a%zzb@p:3128' } },
      ['a%zzb'],
    ],
    [
      'flags of a command that are named so',
      {
        user: {
          exec: {
            command: 'kubelogin',
            args: [
              'get-token',
              '--oidc-client-secret=a=b',
              '--login',
              'x',
              '--client-secret',
              canary,
              '--token',
              '--verbose',
              'AWS_SECRET_ACCESS_KEY=c',
              '--cluster=d',
            ],
          },
        },
      },
      ['a=b', canary, 'c'],
    ],
    ['nothing', {}, []],
  ])('finds what is to be masked: %s', (_, entries, found) => {
    expect(credentialsOf(login(entries))).toEqual(found)
  })

  it('finds the private key', () => {
    const user = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) }
    expect(credentialsOf(login({ user }))).toEqual([client.key])
  })
})
