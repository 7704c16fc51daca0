import { describe, expect, it } from 'vitest'
import { environmentProxy } from './proxy.ts'

const HTTPS_PROXY = 'http://proxy.example:3128'

describe('environmentProxy', () => {
  it.each<[Readonly<Record<string, string>>, string | undefined]>([
    [{}, undefined],
    [{ HTTPS_PROXY }, HTTPS_PROXY],
    [{ https_proxy: HTTPS_PROXY }, HTTPS_PROXY],
    [{ HTTP_PROXY: HTTPS_PROXY }, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, HTTPS_PROXY],
    [{ HTTPS_PROXY: 'socks5://p:1' }, 'socks5://p:1'],
  ])('of %j is %s', (env, proxy) => {
    expect(environmentProxy(new URL('https://api.example'), env)).toBe(proxy)
  })

  it.each(['https://127.0.0.1:6443', 'https://127.8.9.1', 'https://[::1]:6443', 'https://localhost:6443'])(
    'is none for %s, which is the loopback',
    (server) => {
      expect(environmentProxy(new URL(server), { HTTPS_PROXY })).toBeUndefined()
    },
  )

  it.each<[string, string, boolean]>([
    ['https://api.example', '*', true],
    ['https://api.example', 'api.example', true],
    ['https://API.example', 'x, Api.Example', true],
    ['https://a.api.example', 'api.example', true],
    ['https://a.api.example', '.api.example', true],
    ['https://a.api.example', '*.api.example', true],
    ['https://api.example', '.api.example', false],
    ['https://myapi.example', 'api.example', false],
    ['https://api.example', 'api.example:443', true],
    ['https://api.example', 'api.example:6443', false],
    ['https://api.example:6443', 'api.example:6443', true],
    ['https://api.example', ',', false],
    ['https://10.0.0.1', '10.0.0.1', true],
    ['https://10.0.0.1:6443', '10.0.0.1:6443', true],
    ['https://10.0.0.1', '10.0.0.1:6443', false],
    ['https://10.1.2.3', '10.0.0.0/8', true],
    ['https://11.1.2.3', '10.0.0.0/8', false],
    ['https://10.1.2.3', '10.0.0.0/99', false],
    ['https://10.1.2.3', '10.0.0.0/', false],
    ['https://api.example', '0.0.0.0/0', false],
    ['https://[fd00::1]', 'fd00::/8', true],
    ['https://[fd00::1]', 'fd00::1', true],
    ['https://[fd00::1]:6443', '[fd00::1]:6443', true],
    ['https://[fd00::1]', '10.0.0.0/8', false],
  ])('past it to %s where NO_PROXY is %s: %s', (server, NO_PROXY, past) => {
    expect(environmentProxy(new URL(server), { HTTPS_PROXY, NO_PROXY })).toBe(past ? undefined : HTTPS_PROXY)
  })

  it.each(['http://', 'ftp://p', 'http://a b'])('refuses %j', (proxy) => {
    expect(() => environmentProxy(new URL('https://api.example'), { HTTPS_PROXY: proxy })).toThrow(
      expect.objectContaining({ code: 'LOGIN_FAILED' }) as Error,
    )
  })
})
