import { describe, expect, it } from 'vitest'
import { liveOf, managedBy } from '../../test/support/live-secret.ts'
import type { LiveSecret } from './cluster.ts'
import { foreignOwner } from './ownership.ts'
import { identifySet, SET_ANNOTATION, SET_LABEL } from './set.ts'

const set = identifySet('owner/repository')
const other = identifySet('other/repository')

/** An object that nobody but `manager` has touched. */
function live(changed: Partial<LiveSecret>, manager = 'somebody'): LiveSecret {
  return liveOf(
    { namespace: 'app', name: 'web', data: new Map(), labels: {}, annotations: {}, immutable: false },
    manager,
    changed,
  )
}

function ownerOf(object: LiveSecret): string | undefined {
  return foreignOwner(object, set, (text) => text)?.message
}

describe('foreignOwner', () => {
  it.each<[string, Partial<LiveSecret>]>([
    ['Certificate web (ownerReferences)', { ownerReferences: [{ kind: 'Certificate', name: 'web' }] }],
    ['SealedSecret web (ownerReferences)', { ownerReferences: [{ kind: 'SealedSecret', name: 'web' }] }],
    [
      'the set other/repository',
      { labels: { [SET_LABEL]: other.digest }, annotations: { [SET_ANNOTATION]: 'other/repository' } },
    ],
    [`the set ${other.digest}`, { labels: { [SET_LABEL]: other.digest } }],
    [
      'External Secrets (web)',
      { managedFields: [managedBy('externalsecrets.external-secrets.io/web', { operation: 'Update' })] },
    ],
    ['External Secrets (digest)', { labels: { 'reconcile.external-secrets.io/created-by': 'digest' } }],
    ['Helm (release)', { annotations: { 'meta.helm.sh/release-name': 'release' } }],
    ['Helm', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
    [
      'Argo CD (app:/Secret:app/web)',
      { annotations: { 'argocd.argoproj.io/tracking-id': 'app:/Secret:app/web' } },
    ],
    ['Argo CD (app)', { labels: { 'argocd.argoproj.io/instance': 'app' } }],
    ['Argo CD (argocd-controller)', { managedFields: [managedBy('argocd-controller')] }],
    ['Flux (apps)', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }],
    ['Flux (release)', { labels: { 'helm.toolkit.fluxcd.io/name': 'release' } }],
    ['Flux (kustomize-controller)', { managedFields: [managedBy('kustomize-controller')] }],
    ['Flux (helm-controller)', { managedFields: [managedBy('helm-controller')] }],
    ['Sealed Secrets (true)', { annotations: { 'sealedsecrets.bitnami.com/managed': 'true' } }],
    ['cert-manager (web)', { annotations: { 'cert-manager.io/certificate-name': 'web' } }],
    [
      'cert-manager (cert-manager-certificates-issuing)',
      { managedFields: [managedBy('cert-manager-certificates-issuing')] },
    ],
    ['the ServiceAccount (default)', { annotations: { 'kubernetes.io/service-account.name': 'default' } }],
  ])('refuses what belongs to %s, though our entry is on it', (who, changed) => {
    const object = live(changed)
    const ours = { ...object, managedFields: [...object.managedFields, managedBy(set.manager)] }
    for (const each of [object, ours]) expect(ownerOf(each)).toBe(`app/web belongs to ${who}`)
  })

  it.each<[string, LiveSecret]>([
    ['whoever made it with kubectl-create', live({}, 'kubectl-create')],
    [
      'whoever made it with kubectl-create, kubectl-edit',
      live({
        managedFields: [managedBy('kubectl-create'), managedBy('kubectl-edit'), managedBy('kubectl-edit')],
      }),
    ],
    ['somebody who left no name', live({ managedFields: [] })],
    ['whoever made it with secretferry-other', live({ managedFields: [managedBy('secretferry-other')] })],
  ])('refuses what was there before: %s', (who, object) => {
    const owner = foreignOwner(object, set, (text) => text)
    expect(owner).toMatchObject({ code: 'OWNED_BY_OTHER', message: `app/web belongs to ${who}` })
    expect(owner?.hint).toMatch(/`adopt`.*not available yet/)
  })

  it.each<[string, LiveSecret]>([
    ['made by our manager', live({}, set.manager)],
    ['ours by label and manager', live({ labels: { [SET_LABEL]: set.digest } }, set.manager)],
    [
      'ours, and others own keys of it too',
      live({ managedFields: [managedBy('kubectl-edit'), managedBy(set.manager)] }),
    ],
    ['ours, half restored', live({ managedFields: [managedBy(set.manager, { operation: 'Update' })] })],
  ])('lets us change what is %s', (_, object) => {
    expect(ownerOf(object)).toBeUndefined()
  })

  it.each<['labels' | 'annotations', string]>([
    ['labels', 'argocd.argoproj.io/instance'],
    ['labels', 'kustomize.toolkit.fluxcd.io/name'],
    ['annotations', 'sealedsecrets.bitnami.com/managed'],
    ['annotations', 'meta.helm.sh/release-name'],
    ['annotations', 'argocd.argoproj.io/tracking-id'],
  ])('takes a mark in the %s that we set ourselves for no sign: %s', (kind, key) => {
    const ours = managedBy(set.manager, { [kind]: new Set([key]) })
    const theirs = managedBy('somebody', { operation: 'Update', [kind]: new Set([key]) })
    const marked = (managedFields: LiveSecret['managedFields']) =>
      live({ [kind]: { [key]: 'shop' }, managedFields })
    expect(ownerOf(marked([ours]))).toBeUndefined()
    expect(ownerOf(marked([ours, managedBy('kubectl-edit')]))).toBeUndefined()
    expect(ownerOf(marked([ours, theirs]))).toContain('(shop)')
    expect(ownerOf(marked([managedBy(set.manager), theirs]))).toContain('(shop)')
  })

  it('prints nothing of the server’s that was not scrubbed', () => {
    const object = live({ annotations: { 'meta.helm.sh/release-name': 'evil' } })
    const scrubbed = foreignOwner(object, set, (text) => text.replaceAll('evil', '***'))
    expect(JSON.stringify(scrubbed)).not.toContain('evil')
  })
})
