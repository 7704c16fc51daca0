import { child, text } from './answer.ts'
import type { Place, Pull, Pulls } from './repository.ts'

export function openPulls({ api, owner, name, path }: Place): Pulls {
  return {
    async openPulls(branch, base) {
      const query = new URLSearchParams({ state: 'open', head: `${owner}:${branch}`, base })
      const doing = 'look for an open pull request'
      const { body } = await api.rest({ method: 'GET', path: `${path}/pulls?${query.toString()}`, doing })
      return (Array.isArray(body) ? body : []).map(pullOf)
    },
    async createPull({ title, body, branch, base }) {
      const sent = { title, body, head: branch, base }
      const doing = 'open a pull request'
      const answer = await api.rest({ method: 'POST', path: `${path}/pulls`, body: sent, doing })
      return pullOf(answer.body)
    },
    async updatePull(number, body) {
      const doing = `update the pull request #${number}`
      await api.rest({ method: 'PATCH', path: `${path}/pulls/${number}`, body: { body }, doing })
    },
    async pullHead(number) {
      const doing = `read the pull request #${number}`
      const { body } = await api.rest({ method: 'GET', path: `${path}/pulls/${number}`, doing })
      const head = child(body, 'head')
      const from = text(child(child(head, 'repo'), 'full_name'))
      return {
        branch: text(child(head, 'ref')),
        own: from.toLowerCase() === `${owner}/${name}`.toLowerCase(),
      }
    },
  }
}

function pullOf(body: unknown): Pull {
  return {
    number: Number(child(body, 'number')),
    url: text(child(body, 'html_url')),
    body: text(child(body, 'body')),
  }
}
