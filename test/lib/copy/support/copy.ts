import { Command } from 'commander'
import { addCopyCommand } from '../../../../lib/copy/copy-command.ts'
import { runCopy } from '../../../../lib/copy/run-copy.ts'
import { runKit } from '../../../../lib/kit.ts'
import type { Circumstances } from '../../../../lib/registry-client/circumstances.ts'
import { piped } from '../../support/secret-input.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A home in which nobody has signed in anywhere. */
const home = temporaryFolder()

export interface Copied {
  readonly code: number
  readonly out: string
  readonly error: string
}

type Variables = Readonly<Record<string, string | undefined>>

function surroundings(variables: Variables, signal: AbortSignal) {
  const said = { out: '', error: '' }
  return {
    said,
    out(text: string) {
      said.out += text
    },
    error(text: string) {
      said.error += text
    },
    variables: { HOME: home, PATH: process.env.PATH, ...variables },
    input: piped(),
    signal,
    ask: async () => undefined,
  }
}

/** `kit copy …`, to its end. */
export async function copy(args: readonly string[], variables: Variables = {}): Promise<Copied> {
  const around = surroundings(variables, new AbortController().signal)
  const code = await runKit(['copy', ...args], around)
  return { code, ...around.said }
}

export interface Running {
  readonly said: { readonly out: string; readonly error: string }
  /** How long it has waited each time, in milliseconds. */
  readonly waited: readonly number[]
  readonly ended: Promise<number>
  end(): void
}

/** The same with a time of its own, in which waiting takes none; `random` is always a half. */
export function startCopy(args: readonly string[], circumstances: Partial<Circumstances> = {}, variables: Variables = {}): Running {
  const ending = new AbortController()
  const around = surroundings(variables, ending.signal)
  const waited: number[] = []
  let time = Date.now()
  const own: Circumstances = {
    now: () => time,
    random: () => 0.5,
    async sleep(milliseconds, signal) {
      signal.throwIfAborted()
      waited.push(milliseconds)
      time += milliseconds
    },
    ...circumstances,
  }
  const program = new Command().exitOverride().configureOutput({ writeErr: around.error })
  const ended = new Promise<number>((resolve, reject) => {
    const carryOut = (_: Command, work: (copying: { runCopy: typeof runCopy }) => Promise<number>) =>
      work({ runCopy: (source, target, options, setting) => runCopy(source, target, options, setting, own) }).then(resolve, reject)
    addCopyCommand(program, { surroundings: around, carryOut })
    program.parseAsync(['copy', ...args], { from: 'user' }).catch(reject)
  })
  return { said: around.said, waited, ended, end: () => ending.abort(new Error('ended by the test')) }
}

export async function copyWaiting(args: readonly string[], variables: Variables = {}): Promise<Copied & { waited: readonly number[] }> {
  const { ended, said, waited } = startCopy(args, {}, variables)
  return { code: await ended, ...said, waited }
}
