import type { PodTarget, Through } from '../verify/spec.ts'
import { textReader, type CheckContext } from './check-text.ts'
import type { Path } from './document.ts'
import type { CheckDeclaration } from './schema/verify.ts'

const OWNER = /^(deployment|statefulset|daemonset|pod)\/([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)$/
const THROUGH =
  /^(service|deployment|statefulset|daemonset|pod)\/([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?):([0-9]{1,5}|[a-z0-9][-a-z0-9]{0,14})$/

/** The pod that a command runs in. */
export function targetOf(
  { in: owner, selector }: NonNullable<CheckDeclaration['exec']>,
  path: Path,
  context: CheckContext,
): PodTarget {
  if ((owner === undefined) === (selector === undefined))
    context.report(
      {
        message: 'a command needs either `in` or `selector`',
        hint: 'write `in: deployment/NAME`, or a label selector',
      },
      context.locate(path),
    )
  if (owner === undefined) {
    const found = textReader(context)(selector ?? '', [...path, 'selector'])
    if (found.trim() === '' && selector !== undefined)
      context.report(
        { message: 'a label selector that is empty', hint: 'it would find any pod: name labels' },
        context.locate([...path, 'selector']),
      )
    return { kind: 'selector', selector: found }
  }
  const [, kind, name = ''] = OWNER.exec(owner) ?? []
  if (kind === undefined)
    context.report(
      {
        message: '`in` does not name a workload',
        hint: 'write deployment/NAME, statefulset/NAME, daemonset/NAME or pod/NAME',
      },
      context.locate([...path, 'in']),
    )
  return { kind: (kind ?? 'pod') as Exclude<PodTarget['kind'], 'selector'>, name }
}

/** What a request goes through; undefined where it goes by itself. */
export function throughOf(text: string | undefined, path: Path, context: CheckContext): Through | undefined {
  if (text === undefined) return undefined
  const [, kind, name = '', port = ''] = THROUGH.exec(text) ?? []
  if (kind === undefined)
    context.report(
      {
        message: '`through` does not name a service or workload with a port',
        hint: 'write service/NAME:PORT, or deployment, statefulset, daemonset or pod in place of service',
      },
      context.locate(path),
    )
  return { kind: (kind ?? 'service') as Through['kind'], name, port }
}
