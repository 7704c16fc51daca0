import { markdownTable } from '../markdown-table.ts'
import { describeConsumers, type ConsumersBench } from './consumers.ts'
import type { Effort } from './contestant.ts'
import { GROWTH_GOAL, LARGE, MEMORY_GOAL, RATIO_GOALS, START_GOAL, type Size, type Step } from './goals.ts'

/** The median of some runs, and the connections of one more. */
export interface Result extends Effort {
  readonly connections: number
}

export interface Comparison {
  readonly size: Size
  readonly step: Step
  readonly rounds: number
  readonly secretferry: Result
  /** Undefined where there is no kubectl. */
  readonly kubectl: Result | undefined
}

export interface Bench {
  readonly comparisons: readonly Comparison[]
  /** Seconds of a run that ends at reading its inputs, and of `node -e 0`. */
  readonly start: { readonly action: number; readonly node: number } | undefined
  /** The action alone, with many Secrets. */
  readonly large: readonly { readonly step: Step; readonly effort: Effort }[]
  /** Undefined where there are no controllers to restart anything. */
  readonly consumers: ConsumersBench | undefined
}

const WORDS: Readonly<Record<Step, string>> = {
  create: 'created',
  change: 'one key of each changed',
  nothing: 'nothing changed',
}

/** Tables of Markdown: what was measured, the goal, and whether it is held. None where nothing was. */
export function describeBench(bench: Bench): readonly string[] {
  const goals = [...startRows(bench), ...memoryRows(bench), ...growthRows(bench)]
  return [
    ...tableOf(
      ['Secrets', 'Work', 'Secretferry', 'kubectl, two passes', 'Ratio', 'Goal', 'Held'],
      bench.comparisons.map(timeRow),
    ),
    ...tableOf(['', 'Measured', 'Goal', 'Held'], goals),
    ...tableOf(
      ['Secrets', 'Work', 'Peak memory', 'Requests', 'Connections'],
      bench.comparisons.map(effortRow),
    ),
    ...(bench.consumers === undefined ? [] : [describeConsumers(bench.consumers)]),
  ]
}

function tableOf(head: string[], rows: string[][]): readonly string[] {
  return rows.length === 0 ? [] : [markdownTable(head, rows)]
}

function timeRow({ size, step, secretferry, kubectl }: Comparison): string[] {
  const words = [count(size), WORDS[step], seconds(secretferry.seconds)]
  if (kubectl === undefined) return [...words, 'not measured', '', '', '']
  const ratio = secretferry.seconds / kubectl.seconds
  const goal = RATIO_GOALS[size][step]
  return [...words, seconds(kubectl.seconds), ratio.toFixed(2), `≤ ${goal}`, held(ratio <= goal)]
}

function startRows({ start }: Bench): string[][] {
  if (start === undefined) return []
  const above = start.action - start.node
  const what = `Start-up above bare Node (${seconds(start.node)})`
  return [[what, seconds(above), `≤ ${seconds(START_GOAL)}`, held(above <= START_GOAL)]]
}

function memoryRows({ comparisons }: Bench): string[][] {
  return comparisons
    .filter(({ size }) => size === 1000)
    .map(({ step, secretferry: { megabytes } }) => [
      `Peak memory, ${count(1000)} Secrets, ${WORDS[step]}`,
      memory(megabytes),
      `≤ ${memory(MEMORY_GOAL)}`,
      held(megabytes <= MEMORY_GOAL),
    ])
}

function growthRows({ comparisons, large }: Bench): string[][] {
  return large.flatMap(({ step, effort }) => {
    const thousand = comparisons.find((each) => each.size === 1000 && each.step === step)
    if (thousand === undefined) return []
    const growth = effort.seconds / thousand.secretferry.seconds
    const what = `${count(LARGE)} Secrets, ${WORDS[step]} (${seconds(effort.seconds)}, ${memory(effort.megabytes)}), against ${count(1000)}`
    return [[what, `${growth.toFixed(1)} times`, `≤ ${GROWTH_GOAL} times`, held(growth <= GROWTH_GOAL)]]
  })
}

function effortRow({ size, step, secretferry, kubectl }: Comparison): string[] {
  const pair = (of: (result: Result) => string): string =>
    kubectl === undefined ? of(secretferry) : `${of(secretferry)} / ${of(kubectl)}`
  return [
    count(size),
    WORDS[step],
    pair(({ megabytes }) => memory(megabytes)),
    pair(({ requests }) => count(requests)),
    pair(({ connections }) => count(connections)),
  ]
}

function count(number: number): string {
  return number.toLocaleString('en')
}

function seconds(number: number): string {
  return `${number.toFixed(2)} s`
}

function memory(megabytes: number): string {
  return `${megabytes.toFixed(0)} MB`
}

function held(holds: boolean): string {
  return holds ? 'yes' : '**no**'
}
