import { describe, expect, test } from 'vitest'
import type { Answer } from '../../support/server.ts'
import { APPLY, message, refusal, secret, type World } from './world.ts'

const SECRETS = '/api/v1/namespaces/default/secrets'

/** Where requests lead. */
export function pathContract(world: World): void {
  describe('paths', () => {
    test('/version tells the version', async () => {
      const answer = await world.server().request('GET', '/version')
      expect(answer.body).toMatchObject({ major: '1', minor: expect.stringMatching(/^\d+/) as string })
      expect(answer.body).toHaveProperty('gitVersion', expect.stringMatching(/^v1\.\d+\.\d+/))
    })

    test('/readyz is ok', async () => {
      const answer = await world.server().request('GET', '/readyz')
      expect([answer.status, answer.body]).toEqual([200, 'ok'])
    })

    test.each(['/api/v1/nope', '/api/v1/namespaces/default/nope', `${SECRETS}/a/nope`, `${SECRETS}/a%2Fb`])(
      'an unknown resource is 404 with a Status: %s',
      async (path) => {
        const answer = await world.server().request('GET', path)
        expect(refusal(answer)).toEqual([404, 'NotFound'])
        expect(message(answer)).toBe('the server could not find the requested resource')
      },
    )

    test.each(['/apis/example.com/v1/things', '/nope'])(
      'an unknown group is 404 in text: %s',
      async (path) => {
        const answer = await world.server().request('GET', path)
        expect([answer.status, answer.body]).toEqual([404, '404 page not found\n'])
      },
    )

    test.each([
      ['PUT', SECRETS],
      ['PATCH', SECRETS],
      ['POST', `${SECRETS}/a`],
      ['POST', '/api/v1/secrets'],
      ['DELETE', '/api/v1/namespaces'],
      ['GET', '/apis/authentication.k8s.io/v1/selfsubjectreviews'],
    ])('%s %s is 405', async (method, path) => {
      const body = method === 'GET' ? undefined : secret('a')
      const answer = await world.server().request(method, path, body, method === 'PATCH' ? APPLY : undefined)
      expect(refusal(answer)).toEqual([405, 'MethodNotAllowed'])
      expect(message(answer)).toBe('the server does not allow this method on the requested resource')
    })

    test('every answer has a Date, by the clock that the times in objects are by', async () => {
      const namespace = await world.namespace()
      const made = await namespace.apply('s', { data: { a: 'YQ==' } })
      const { metadata } = made.body as {
        metadata: { creationTimestamp: string; managedFields: { time: string }[] }
      }
      const times = [metadata.creationTimestamp, ...metadata.managedFields.map(({ time }) => time)]
      expect(times.map((time) => dateOf(made) >= Date.parse(time))).toEqual([true, true])
      const answers = [
        await namespace.get('s'),
        await namespace.get('none'),
        await namespace.list(),
        await namespace.apply('s', { data: { a: 'Yg==' } }, 'fieldManager=alice&dryRun=All'),
        await namespace.apply('s', { data: { a: 'Yg==' } }, 'fieldManager=bob'),
        await namespace.apply('s', { data: { a: 1 } }),
        await namespace.put('s', made.body as object),
        await namespace.delete('s'),
        await world.with(undefined).request('GET', namespace.path()),
        await world.server().request('GET', '/nope'),
      ]
      for (const answer of answers) expect(dateOf(answer)).toBeGreaterThanOrEqual(Date.parse(times[0] ?? ''))
    })

    test('a patch of an unknown type is 415', async () => {
      const answer = await world.server().request('PATCH', `${SECRETS}/a`, secret('a'), 'text/plain')
      expect(refusal(answer)).toEqual([415, 'UnsupportedMediaType'])
    })

    test.each(['PATCH', 'POST'])('a %s of more than 3 MiB is 413', async (method) => {
      const body = 'x'.repeat(3 * 1024 * 1024 + 1)
      const path = method === 'PATCH' ? `${SECRETS}/a?fieldManager=alice` : SECRETS
      const answer = await world.server().request(method, path, body, method === 'PATCH' ? APPLY : undefined)
      expect(refusal(answer)).toEqual([413, 'RequestEntityTooLarge'])
    })
  })
}

/** The Date header, in milliseconds. */
function dateOf({ headers }: Answer): number {
  return Date.parse(String(headers['date']))
}
