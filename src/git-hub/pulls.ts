import { invalidError } from './api-error.ts'
import { child, text } from './answer.ts'
import type { Place, Pull, Pulls } from './repository.ts'

export function openPulls(place: Place): Pulls {
  const { api, owner, name, path, scrub } = place
  return {
    openPulls: (branch, base) => readOpen(place, branch, base),
    async createPull({ title, body, branch, base }) {
      const sent = { title, body, head: branch, base }
      const doing = 'open a pull request'
      const answer = await api.rest({
        method: 'POST',
        path: `${path}/pulls`,
        body: sent,
        doing,
        accept: [422],
      })
      if (answer.status !== 422) return pullOf(answer.body)
      // An earlier try, whose answer was lost, has opened it.
      const [made] = await readOpen(place, branch, base)
      if (made !== undefined) return made
      throw invalidError(answer.body, { doing, scrub })
    },
    async updatePull(number, body) {
      const doing = `update the pull request #${number}`
      await api.rest({ method: 'PATCH', path: `${path}/pulls/${number}`, body: { body }, doing })
    },
    async pullHead(number) {
      const asked = { path: `${path}/pulls/${number}`, doing: `read the pull request #${number}` }
      const { body } = await api.rest({ method: 'GET', ...asked })
      const head = child(body, 'head')
      const from = text(child(child(head, 'repo'), 'full_name'))
      return {
        branch: text(child(head, 'ref')),
        own: from.toLowerCase() === `${owner}/${name}`.toLowerCase(),
      }
    },
  }
}

async function readOpen({ api, owner, path }: Place, branch: string, base: string): Promise<readonly Pull[]> {
  const query = new URLSearchParams({ state: 'open', head: `${owner}:${branch}`, base })
  const doing = 'look for an open pull request'
  const { body } = await api.rest({ method: 'GET', path: `${path}/pulls?${query.toString()}`, doing })
  return (Array.isArray(body) ? body : []).map(pullOf)
}

function pullOf(body: unknown): Pull {
  return {
    number: Number(child(body, 'number')),
    url: text(child(body, 'html_url')),
    body: text(child(body, 'body')),
  }
}
