/**
 * Documents for kwok's configuration: commands in pods run on this machine, and these ports of pods lead to the same ones
 * of its loopback. kwok does not tell a command that its input has ended, so it must not read to the end.
 */
export function onThisMachine(ports: readonly number[]): readonly object[] {
  const of = (kind: string, name: string, spec: object): object => ({
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind,
    metadata: { name },
    spec,
  })
  const forwards = ports.map((port) => ({ ports: [port], target: { address: '127.0.0.1', port } }))
  return [
    of('ClusterExec', 'exec', { execs: [{ local: {} }] }),
    of('ClusterPortForward', 'forward', { forwards }),
  ]
}

/** No pod fails. */
export const NONE_FAILS = { label: { fails: 'never' }, annotation: 'never' }
