import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { run } from './run.ts'

const HERE = import.meta.dirname
const ACT = 'github.com/nektos/act@v0.2.89'
/** The CRDs of the operator that is built, and of one that serves no older version than we render. */
const EXTERNAL_SECRETS_CRDS = ['v0.20.4', 'v1.3.2']
const KWOK = 'sigs.k8s.io/kwok@v0.7.0'
/** What its nodes and pods do, as its module tells. */
const KWOK_STAGES = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
]
/** Where the client of Kubernetes in Go finds who it is, and where it looks instead: a process here is in no pod. */
const IN_POD = '"/var/run/secrets/kubernetes.io/serviceaccount/'
const IN_FOLDER = 'os.Getenv("SERVICE_ACCOUNT_FOLDER") + "/'
const GITLEAKS = 'github.com/zricethezav/gitleaks/v8@v8.30.1'
const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'

const GO_BUILD = ['build', '-mod=readonly', '-trimpath', '-buildvcs=false']
const LINK_NAMES = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl']

const GO_HINT =
  'The real testbed is compiled with Go 1.26: install it, or any Go from 1.21 and set GOTOOLCHAIN=auto, which fetches 1.26 from the Go module proxy.'
const PYTHON_HINT =
  'zizmor and moto come from PyPI: install python3 with its venv module (Debian: python3-venv).'

/** Something that is built once from pinned sources and then kept in the cache. */
export interface Component {
  /** Everything that its build depends on; the cache is keyed by it. */
  readonly inputs: readonly string[]
  /** Puts the programs into `<target>/bin`. */
  build(target: string, log: string): Promise<void>
}

export type ComponentName = keyof typeof components

export const components = {
  kubernetes: {
    inputs: [...GO_BUILD, ...LINK_NAMES, ...readFiles('kubernetes', ['go.mod', 'go.sum', 'main.go'])],
    build: buildKubernetes,
  },
  act: goTool(ACT),
  actionlint: goTool(ACTIONLINT),
  gitleaks: goTool(GITLEAKS),
  'external-secrets': {
    inputs: [
      ...GO_BUILD,
      ...EXTERNAL_SECRETS_CRDS,
      ...readFiles('external-secrets', ['go.mod', 'go.sum', 'main.go']),
    ],
    build: buildExternalSecrets,
  },
  kwok: { inputs: [KWOK, ...KWOK_STAGES], build: buildKwok },
  'sealed-secrets': {
    inputs: [...GO_BUILD, IN_POD, IN_FOLDER, ...readFiles('sealed-secrets', ['go.mod', 'go.sum'])],
    build: buildSealedSecrets,
  },
  zizmor: pythonTool('zizmor'),
  moto: pythonTool('moto'),
} as const satisfies Record<string, Component>

/** One binary that is etcd, the control plane and kubectl, by the name it is called by. */
async function buildKubernetes(target: string, log: string): Promise<void> {
  const source = join(HERE, 'kubernetes')
  const binary = join(target, 'bin', 'kubernetes')
  const args = [...GO_BUILD, '-ldflags', `-s -w ${versionSettings(source)}`, '-o', binary, '.']
  await run('go', args, { cwd: source, env: { CGO_ENABLED: '0' }, log, hint: GO_HINT })
  for (const name of LINK_NAMES) symlinkSync('kubernetes', join(target, 'bin', name))
}

/** What `kubectl version` and `/version` tell, from the one place where the version is pinned. */
function versionSettings(source: string): string {
  const pin = /^\s*k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)$/m
  const [, gitVersion, gitMajor, gitMinor] = pin.exec(readFileSync(join(source, 'go.mod'), 'utf8')) ?? []
  return Object.entries({ gitVersion, gitMajor, gitMinor, gitTreeState: 'clean' })
    .map(([name, value = 'unknown']) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' ')
}

function goTool(module: string): Component {
  return {
    inputs: [module],
    build: (target, log) => {
      const env = { CGO_ENABLED: '0', GOBIN: join(target, 'bin') }
      return run('go', ['install', '-trimpath', module], { cwd: target, env, log, hint: GO_HINT })
    },
  }
}

function pythonTool(folder: string): Component {
  return {
    inputs: readFiles(folder, ['requirements.txt']),
    build: async (target, log) => {
      const requirements = join(HERE, folder, 'requirements.txt')
      await run('python3', ['-m', 'venv', target], { log, hint: PYTHON_HINT })
      const args = ['-m', 'pip', 'install', '--only-binary=:all:', '--require-hashes', '-r', requirements]
      await run(join(target, 'bin', 'python3'), args, { log, hint: PYTHON_HINT })
    },
  }
}

/** kwok as `bin/kwok`, and what its nodes and pods do as `stages/NAME.yaml`. */
async function buildKwok(target: string, log: string): Promise<void> {
  const [path = '', version = ''] = KWOK.split('@')
  await goTool(`${path}/cmd/kwok@${version}`).build(target, log)
  const modules = join(target, 'modules')
  const env = { GOMODCACHE: modules, GOFLAGS: '-modcacherw' }
  await run('go', ['mod', 'download', KWOK], { cwd: target, env, log, hint: GO_HINT })
  mkdirSync(join(target, 'stages'))
  for (const stage of KWOK_STAGES)
    copyFileSync(join(modules, KWOK, 'kustomize', 'stage', stage), join(target, 'stages', basename(stage)))
  rmSync(modules, { recursive: true })
}

/** The operator as `bin/external-secrets`, and the CRDs of each version as `crds/VERSION.yaml`. */
async function buildExternalSecrets(target: string, log: string): Promise<void> {
  const source = join(HERE, 'external-secrets')
  const args = [...GO_BUILD, '-ldflags', '-s -w', '-o', join(target, 'bin', 'external-secrets'), '.']
  await run('go', args, { cwd: source, env: { CGO_ENABLED: '0' }, log, hint: GO_HINT })
  mkdirSync(join(target, 'crds'))
  for (const version of EXTERNAL_SECRETS_CRDS) await writeCrds({ target, version, log })
}

async function writeCrds({ target, version, log }: { target: string; version: string; log: string }) {
  const modules = join(target, 'modules')
  const env = { GOMODCACHE: modules, GOFLAGS: '-modcacherw' }
  const module = `github.com/external-secrets/external-secrets@${version}`
  await run('go', ['mod', 'download', module], { cwd: target, env, log, hint: GO_HINT })
  const bases = join(modules, module, 'config', 'crds', 'bases')
  const files = readdirSync(bases).filter((name) => name !== 'kustomization.yaml')
  const texts = files.sort().map((name) => readFileSync(join(bases, name), 'utf8'))
  writeFileSync(join(target, 'crds', `${version}.yaml`), texts.join('\n---\n'))
  rmSync(modules, { recursive: true })
}

/** `bin/kubeseal`, the controller as `bin/controller`, and the CRD as `crd.yaml`. */
async function buildSealedSecrets(target: string, log: string): Promise<void> {
  const [source, modules] = [join(target, 'source'), join(target, 'modules')]
  cpSync(join(HERE, 'sealed-secrets'), source, { recursive: true })
  const go = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> =>
    run('go', args, { cwd: source, env, log, hint: GO_HINT })
  await go(['mod', 'vendor'], {})
  lookInFolder(join(source, 'vendor/k8s.io/client-go/rest/config.go'))
  const module = 'github.com/bitnami-labs/sealed-secrets'
  const programs = ['kubeseal', 'controller'].map((name) => `${module}/cmd/${name}`)
  const args = [...GO_BUILD, '-mod=vendor', '-ldflags', '-s -w', '-o', `${join(target, 'bin')}/`, ...programs]
  await go(args, { CGO_ENABLED: '0' })
  const [, version = ''] = /sealed-secrets (v\S+)/m.exec(readFileSync(join(source, 'go.mod'), 'utf8')) ?? []
  await go(['mod', 'download', `${module}@${version}`], { GOMODCACHE: modules, GOFLAGS: '-modcacherw' })
  const crds = join(modules, `${module}@${version}`, 'helm/sealed-secrets/crds')
  copyFileSync(join(crds, 'bitnami.com_sealedsecrets.yaml'), join(target, 'crd.yaml'))
  for (const folder of [source, modules]) rmSync(folder, { recursive: true })
}

/** Changes one line of the copy of the client: everything else of the controller is as it was published. */
function lookInFolder(file: string): void {
  const text = readFileSync(file, 'utf8')
  const parts = text.split(/(?<=\nfunc InClusterConfig\(\) \(\*Config, error\) \{\n\t)const(?= \()/)
  if (parts.length !== 2 || !text.includes(IN_POD)) throw new Error(`${file} looks elsewhere for who it is`)
  writeFileSync(file, parts.join('var').replaceAll(IN_POD, IN_FOLDER))
}

function readFiles(folder: string, names: readonly string[]): string[] {
  return names.map((name) => readFileSync(join(HERE, folder, name), 'utf8'))
}
