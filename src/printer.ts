import type { Effects } from './effects.ts'
import type { Secret } from './secret.ts'

/** Where the run says what it does, and where it prints what was asked of it. */
export interface Output<Runner> {
  readonly runner: Runner
  /** Undefined where standard output is the log: a runner keeps it. */
  readonly print: Effects['print']
}

/** The output of this process; `isPrinting`: standard output is for a pipe, and the log is on standard error. */
export function openOutput<Runner>(
  createRunner: (write: (text: string) => void) => Runner,
  isPrinting: boolean,
): Output<Runner> {
  const { stdout, stderr } = process
  // Nobody reads the log any more: the run goes on and ends as it would. Without this each line would be a new exception to report.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined)
  return {
    runner: createRunner((text) => void (isPrinting ? stderr : stdout).write(text)),
    print: isPrinting ? (content) => print(content, stdout) : undefined,
  }
}

function print(content: Secret, stdout: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(content.bytes(), (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}
