import type { TemplateSpec } from '../config/config.ts'
import type { CheckSpec } from './spec.ts'

/** Every template of a check, by what its place is called. */
export function templatesOfProbe(probe: CheckSpec['probe']): readonly (readonly [string, TemplateSpec])[] {
  if (probe.kind === 'exec') return probe.stdin === undefined ? [] : [['stdin', probe.stdin]]
  const { headers, basicAuth, body } = probe
  return [
    ...headers,
    ...(basicAuth === undefined
      ? []
      : ([
          ['username', basicAuth.username],
          ['password', basicAuth.password],
        ] as const)),
    ...(body === undefined ? [] : ([['body', body]] as const)),
  ]
}
