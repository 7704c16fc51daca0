import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { expectSuccess } from '../../support/grants.ts'
import type { TestServer } from '../../support/server.ts'
import { waitUntil } from '../../support/wait-until.ts'

const LIMIT_MS = 120_000
const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** Puts the CRDs of a file on the server, in place of those of another version, and waits until all are served. */
export async function teachKinds(server: TestServer, file: string): Promise<void> {
  const definitions = parseAllDocuments(readFileSync(file, 'utf8'), { merge: true })
    .map((document) => document.toJS() as Definition | null)
    .filter((definition) => definition?.kind === 'CustomResourceDefinition') as readonly Definition[]
  await Promise.all(definitions.map((definition) => teach(server, definition)))
  await waitUntil('the CRDs to be served', LIMIT_MS, async () => {
    const { body } = (await server.request('GET', CRD_PATH)) as { body: { items: readonly Definition[] } }
    const served = body.items.filter(({ status }) =>
      status?.conditions?.some(({ type, status: word }) => type === 'Established' && word === 'True'),
    )
    return definitions.every(({ metadata: { name } }) =>
      served.some(({ metadata }) => metadata.name === name),
    )
  })
}

interface Definition {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

async function teach(server: TestServer, definition: Definition): Promise<void> {
  const { name } = definition.metadata
  const path = `${CRD_PATH}/${name}?fieldManager=testbed&force=true`
  const answer = await server.request(
    'PATCH',
    path,
    JSON.stringify(definition),
    'application/apply-patch+yaml',
  )
  expectSuccess(answer, `the CRD ${name}`)
}
