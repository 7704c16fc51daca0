import { environmentNamesOf, loadConfig, type FileChoice } from '../../config/load.ts'
import type { Config } from '../../config/config.ts'
import type { Effects, Files } from '../../effects.ts'
import { ActionError } from '../../error.ts'
import type { ScanInputs } from '../../inputs/scan.ts'
import { collectDemands, describeDemand } from '../../values/demand.ts'
import { storeOpener } from '../../values/open.ts'
import { resolveValues } from '../../values/resolve.ts'
import type { Collected } from './collect.ts'

/** The values that the configuration reaches; none where there is no file and none was named. */
export async function collectDeclared(
  inputs: ScanInputs,
  effects: Effects,
  files: Files,
): Promise<Collected> {
  const read = []
  for (const config of await readConfigs(inputs, files)) read.push(await readValues(config, inputs, effects))
  return {
    values: read.flatMap(({ values }) => values),
    unread: [...new Set(read.flatMap(({ unread }) => unread))],
  }
}

/** None where there is no file and none was named. */
async function readConfigs(inputs: ScanInputs, files: Files): Promise<readonly Config[]> {
  const { source, environment, namespace } = inputs
  if (source.kind !== 'file') return []
  const names = await environmentNamesOf(source.path, files)
  if (names === undefined && !source.explicit) return []
  const choice: Omit<FileChoice, 'environment'> = {
    path: source.path,
    explicit: source.explicit,
    mode: 'scan',
    namespace,
    setFor: (declared) => declared ?? 'scan',
  }
  const chosen =
    environment !== undefined || names === undefined || names.length === 0 ? [environment] : names
  return Promise.all(chosen.map((each) => loadConfig({ ...choice, environment: each }, files)))
}

async function readValues(config: Config, inputs: ScanInputs, effects: Effects): Promise<Collected> {
  const open = storeOpener(config, { ...effects, githubSecrets: inputs.githubSecrets, cluster: noCluster })
  const values = await resolveValues(config, open, effects.secret)
  const demands = [...collectDemands(config)].map(([id, demand]) => {
    const use =
      demand.spec === undefined
        ? ({ kind: 'reference', reference: demand.reference } as const)
        : ({ kind: 'value', name: id } as const)
    return { name: id, demand, value: values.of(use).value }
  })
  return {
    values: demands.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, secret: value }])),
    unread: demands.filter(({ value }) => value === undefined).map(({ demand }) => describeDemand(demand)),
  }
}

function noCluster(): Promise<never> {
  return Promise.reject(
    new ActionError({
      code: 'STORE_UNREACHABLE',
      message: 'a scan logs in to no cluster',
      hint: 'give the value by `github-secrets`, to have it searched for',
    }),
  )
}
