import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** How a secret reaches a command. */
export interface SecretInput {
  /** Whether somebody is there who can be asked. */
  readonly interactive: boolean
  /** Asks, without showing what is typed. */
  ask(question: string): Promise<string>
  /** All of standard input. */
  all(): Promise<string>
}

/** @param show where the question goes: not to standard output, which may be a file */
export function terminalInput(input: NodeJS.ReadStream, show: (text: string) => void, signal: AbortSignal): SecretInput {
  return {
    interactive: input.isTTY === true,
    async ask(question) {
      show(question)
      const silence = new Writable({ write: (_piece, _encoding, done) => done() })
      const lines = createInterface({ input, output: silence, terminal: true })
      // In raw mode the terminal sends Ctrl-C as a letter.
      const interrupted = new AbortController()
      lines.once('SIGINT', () => interrupted.abort(new Error('interrupted')))
      try {
        return await lines.question('', { signal: AbortSignal.any([signal, interrupted.signal]) })
      } finally {
        lines.close()
        show('\n')
      }
    },
    all: () => text(input),
  }
}
