import { add, type Sink, type Where } from './sink.ts'
import { decodeBase64 } from './secret-object.ts'
import { isHarmless } from './value.ts'
import { entriesOf, type Node, type Scalar } from './yaml/tree.ts'

const FIELDS = ['auth', 'password', 'identitytoken', 'registrytoken']

/** The log-ins below `auths` of a Docker configuration. */
export function visitAuths(sink: Sink, auths: Node | undefined, where: Omit<Where, 'rule' | 'manner'>): void {
  for (const { key: host, value: login } of entriesOf(auths))
    for (const { key, value } of entriesOf(login))
      if (FIELDS.includes(key) && value?.kind === 'scalar' && isLogin(key, value))
        add(sink, value, {
          ...where,
          rule: 'docker-config',
          manner: 'declared',
          path: [...where.path, host, key],
        })
}

function isLogin(key: string, { text }: Scalar): boolean {
  const decoded = key === 'auth' ? decodeBase64(text) : undefined
  return !isHarmless(decoded === undefined ? text : decoded.slice(decoded.indexOf(':') + 1))
}
