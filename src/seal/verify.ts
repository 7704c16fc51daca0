import { setTimeout as sleep } from 'node:timers/promises'
import { ActionError, type Problem } from '../error.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Controller } from './controller.ts'

/** The controller answers two questions a second, and two at once. */
const BURST = 2
const INTERVAL_MS = 500

export interface Question {
  /** The file, for reports. */
  readonly shown: string
  readonly text: string
}

/**
 * Asks the controller of each SealedSecret, one at a time and at the rate that it takes, whether it can unseal it. A
 * refusal to answer (429) is waited out. The problems of those that it can't unseal.
 */
export async function askController(
  cluster: Cluster,
  { service }: Controller,
  { questions, signal }: { questions: readonly Question[]; signal: AbortSignal },
): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const [nth, { shown, text }] of questions.entries()) {
    if (nth >= BURST) await pause(signal)
    const { status } = await cluster.askService(service, {
      method: 'POST',
      path: 'v1/verify',
      doing: `question whether the controller unseals ${shown}`,
      body: text,
    })
    if (status !== 200) problems.push(problemOf(shown, status))
  }
  return problems
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(INTERVAL_MS, undefined, { signal }).catch(() => {
    throw new ActionError({
      code: 'TIMEOUT',
      message: 'the time of the run was over before the controller had been asked of every SealedSecret',
      hint: 'it answers two a second: raise `timeout`, or set `verify-sealed: offline`',
    })
  })
}

function problemOf(shown: string, status: number): Problem {
  const what =
    status === 409
      ? 'the controller can’t unseal it'
      : `the controller does not answer whether it unseals it (${status})`
  return {
    code: 'SEALED_INVALID',
    message: `${shown}: ${what}`,
    hint:
      status === 409
        ? 'is the certificate this controller’s, and are namespace, name and scope those that it was sealed for?'
        : 'see the log of the controller',
    at: { file: shown },
  }
}
