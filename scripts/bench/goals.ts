/** What is measured side by side: so many Secrets, and what has changed since the last run. */
export const STEPS = ['create', 'change', 'nothing'] as const
export type Step = (typeof STEPS)[number]

export const SIZES = [1, 50, 1000] as const
export type Size = (typeof SIZES)[number]
/** More Secrets, which only the action brings: does its time grow in proportion? */
export const LARGE = 5000

/** Ratios to kubectl's two passes that are to be kept. */
export const RATIO_GOALS: Readonly<Record<Size, Readonly<Record<Step, number>>>> = {
  1: { create: 1.5, change: 1.5, nothing: 1.5 },
  50: { create: 0.8, change: 0.8, nothing: 0.8 },
  1000: { create: 0.4, change: 0.4, nothing: 0.15 },
}

/** Megabytes at the peak, for 1,000 Secrets. */
export const MEMORY_GOAL = 150
/** Seconds above bare Node until the inputs are read. */
export const START_GOAL = 0.2
/** How many times as long 5,000 Secrets take as 1,000: five, and a tenth for noise. */
export const GROWTH_GOAL = 5.5

/** Scans: times as fast as gitleaks, seconds of a pull request of 50 files, seconds above Node, megabytes, growth. */
export const SCAN_GOALS = { ratio: 10, pull: 0.5, start: 0.1, memory: 300, growth: 1.2 } as const

/** Sealing 1,000 Secrets: times kubeseal’s time for one file and the pipe’s, and seconds where nothing changed. */
export const SEAL_GOALS = { oneFile: 1.5, piped: 0.1, unchanged: 0.3 } as const
