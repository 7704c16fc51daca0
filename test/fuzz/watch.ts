/** Started by run.ts: runs the targets in a worker and watches it, so that a hang is told with its input. */
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Failure, Report, Task } from './run.ts'

/** An input that takes as long hangs, where the task does not say otherwise. */
const HANG_MS = 30_000
const LOOK_MS = 250
/** As small as a process of the action may be made; the stack is that of Node's own thread. */
const LIMITS = { maxOldGenerationSizeMb: 120, maxYoungGenerationSizeMb: 24, stackSizeMb: 1 }

const task = JSON.parse(process.argv[2] ?? '') as Task
const hangMs = task.hangMs ?? HANG_MS
const reports: Report[] = []
for (const target of task.targets) reports.push(await watch(target))
process.stdout.write(JSON.stringify({ reports, peakMb: process.resourceUsage().maxRSS / 1024 }))

async function watch(target: string): Promise<Report> {
  const progress = new Int32Array(new SharedArrayBuffer(8))
  const start = performance.now()
  const workerData = { ...task, target, progress }
  const worker = new Worker(join(import.meta.dirname, 'worker.js'), { workerData, resourceLimits: LIMITS })
  const hang = watchProgress(progress)
  const failed = (kind: Failure['kind'], what: string): Report => ({
    ...{ target, seed: task.seed, inputs: progress[0] ?? 0, slowestMs: 0, slowestPath: '' },
    seconds: (performance.now() - start) / 1000,
    failure: { kind, what, path: String((progress[0] ?? 1) - 1), input: '' },
  })
  try {
    return await Promise.race([
      once(worker, 'message').then(([report]) => report as Report),
      once(worker, 'exit').then(() => failed('crash', 'the worker ended')),
      hang.happens.then(() => failed('hang', `no end after ${hangMs} ms`)),
    ])
  } catch (error) {
    const spent = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
    return failed(spent ? 'memory' : 'crash', String(error))
  } finally {
    hang.stop()
    await worker.terminate()
  }
}

/** Settles when the count of inputs has not changed for too long. */
function watchProgress(progress: Int32Array): { happens: Promise<void>; stop: () => void } {
  let [seen, since] = [0, performance.now()]
  let timer: NodeJS.Timeout | undefined
  const happens = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      const now = Atomics.load(progress, 0)
      // Nothing has begun yet, or something has ended since.
      if (now !== seen || now === 0) [seen, since] = [now, performance.now()]
      else if (performance.now() - since > hangMs) resolve()
    }, LOOK_MS)
  })
  return { happens, stop: () => clearInterval(timer) }
}
