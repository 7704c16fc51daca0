import { describe, expect, it } from 'vitest'
import { liveOf, managedBy } from '../../test/support/live-secret.ts'
import type { Problem } from '../error.ts'
import type { LiveSecret } from './cluster.ts'
import { judgeOwnership } from './ownership.ts'
import { identifySet, SET_ANNOTATION, SET_LABEL } from './set.ts'
import type { TakeOver } from './take-over.ts'

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

const NOTHING: TakeOver = { adopt: false, adoptFrom: [], forceConflicts: false }

function judged(object: LiveSecret, takeOver: Partial<TakeOver> = {}, scrub = (text: string) => text) {
  return judgeOwnership(object, { set, scrub, takeOver: { ...NOTHING, ...takeOver } })
}

function refusalOf(object: LiveSecret, takeOver: Partial<TakeOver> = {}): Problem | undefined {
  const verdict = judged(object, takeOver)
  return 'problem' in verdict ? verdict.problem : undefined
}

function ownerOf(object: LiveSecret): string | undefined {
  return refusalOf(object)?.message
}

function takenFrom(object: LiveSecret, takeOver: Partial<TakeOver>): readonly string[] | undefined {
  const verdict = judged(object, takeOver)
  return 'taking' in verdict ? verdict.taking?.from : undefined
}

describe('judgeOwnership', () => {
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
    const owner = refusalOf(object)
    expect(owner).toMatchObject({ code: 'OWNED_BY_OTHER', message: `app/web belongs to ${who}` })
    expect(owner?.hint).toMatch(/take it over with `adopt(?:: true|-from: \[secretferry-other\])`/)
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
    const scrubbed = judged(object, {}, (text) => text.replaceAll('evil', '***'))
    expect(JSON.stringify(scrubbed)).not.toContain('evil')
  })

  const data = { dataKeys: new Set(['a']), ownsType: true }
  const made = (...names: readonly string[]): LiveSecret =>
    live({ managedFields: names.map((name) => managedBy(name, { operation: 'Update', ...data })) })

  it.each<[string, LiveSecret, Partial<TakeOver>, readonly string[]]>([
    [
      'what kubectl made',
      made('kubectl-create', 'kubectl-edit'),
      { adopt: true },
      ['kubectl-create', 'kubectl-edit'],
    ],
    [
      'what kubectl’s client-side apply made',
      made('kubectl-client-side-apply'),
      { adopt: true },
      ['kubectl-client-side-apply'],
    ],
    ['kubectl’s part of what is ours', made('kubectl-edit', set.manager), { adopt: true }, ['kubectl-edit']],
    [
      'what nobody put a name to',
      live({ managedFields: [] }),
      { adopt: true },
      ['somebody who left no name'],
    ],
    ['what a field manager made', made('terraform'), { adoptFrom: ['terraform'] }, ['terraform']],
    [
      'one manager’s part by its name alone',
      made('kubectl-create'),
      { adoptFrom: ['kubectl-create'] },
      ['kubectl-create'],
    ],
    [
      'what kubectl and a field manager made',
      made('kubectl-create', 'terraform'),
      { adopt: true, adoptFrom: ['terraform'] },
      ['kubectl-create', 'terraform'],
    ],
    [
      'what another set made',
      {
        ...made(other.manager),
        labels: { [SET_LABEL]: other.digest },
        annotations: { [SET_ANNOTATION]: 'other/repository' },
      },
      { adoptFrom: ['other/repository'] },
      ['the set other/repository', other.manager],
    ],
    [
      'what another set made and did not label',
      made(other.manager),
      { adoptFrom: ['other/repository'] },
      [other.manager],
    ],
    [
      'External Secrets’',
      {
        ...made('externalsecrets.external-secrets.io/web'),
        ownerReferences: [{ kind: 'ExternalSecret', name: 'web' }],
        labels: { 'reconcile.external-secrets.io/created-by': 'digest' },
      },
      { adoptFrom: ['external-secrets'] },
      ['External Secrets', 'externalsecrets.external-secrets.io/web'],
    ],
    [
      'Sealed Secrets’',
      { ...made('controller'), ownerReferences: [{ kind: 'SealedSecret', name: 'web' }] },
      { adoptFrom: ['sealed-secrets'] },
      ['Sealed Secrets', 'controller'],
    ],
    [
      'Helm’s',
      { ...made('helm'), labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
      { adoptFrom: ['helm'] },
      ['Helm', 'helm'],
    ],
    ['Argo CD’s', made('argocd-controller'), { adoptFrom: ['argo-cd'] }, ['Argo CD', 'argocd-controller']],
    ['Flux’s', made('kustomize-controller'), { adoptFrom: ['flux'] }, ['Flux', 'kustomize-controller']],
  ])('takes over %s where that is said', (_, object, takeOver, from) => {
    expect(takenFrom(object, takeOver)).toEqual(from)
    // Only what is ours already is not refused without it.
    if (!from.includes('kubectl-edit') || from.length > 1)
      expect(refusalOf(object)?.code).toBe('OWNED_BY_OTHER')
    expect(refusalOf(object, { adoptFrom: ['another'] }) === undefined).toBe(refusalOf(object) === undefined)
  })

  it.each<[string, LiveSecret, Partial<TakeOver>]>([
    [
      'a tool’s, by `adopt` alone',
      { ...made('kubectl-create'), labels: { 'argocd.argoproj.io/instance': 'app' } },
      { adopt: true },
    ],
    ['a stranger’s, by `adopt` alone', made('kubectl-create', 'terraform'), { adopt: true }],
    [
      'a controller’s object with another owner',
      { ...made('kubectl-create'), ownerReferences: [{ kind: 'Deployment', name: 'web' }] },
      { adopt: true, adoptFrom: ['Deployment'] },
    ],
    [
      'a ServiceAccount’s',
      { ...made('kubectl-create'), annotations: { 'kubernetes.io/service-account.name': 'default' } },
      { adopt: true },
    ],
    [
      'a set’s whose name is told falsely',
      {
        ...made('kubectl-create'),
        labels: { [SET_LABEL]: other.digest },
        annotations: { [SET_ANNOTATION]: 'third/one' },
      },
      { adopt: true, adoptFrom: ['third/one'] },
    ],
  ])('does not take over %s', (_, object, takeOver) => {
    expect(refusalOf(object, takeOver)?.code).toBe('OWNED_BY_OTHER')
  })

  it('says all that has to be written to take an object over', () => {
    const object = {
      ...made('kubectl-client-side-apply', 'argocd-controller', 'terraform'),
      ownerReferences: [{ kind: 'SealedSecret', name: 'web' }],
    }
    expect(refusalOf(object)?.hint).toContain(
      '`adopt-from: [sealed-secrets, argo-cd, terraform]` and `adopt: true`',
    )
  })

  it('leaves others’ labels and annotations to them', () => {
    const labels = managedBy('reloader', { operation: 'Update', annotations: new Set(['last-reload']) })
    const object = {
      ...made('kubectl-create'),
      managedFields: [...made('kubectl-create').managedFields, labels],
    }
    expect(takenFrom(object, { adopt: true })).toEqual(['kubectl-create'])
  })
})
