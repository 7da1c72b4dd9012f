import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hasControlCharacters } from '../../registry-app/src/config/control-characters.ts'
import { UsageError } from '../usage-error.ts'
import type { SecretInput } from './secret-input.ts'

/** Where a password comes from. Never from the command line, where every user of the machine could read it, and the shell keeps it. */
export interface PasswordSource {
  passwordFile?: string
  passwordStdin?: true
  generate?: true
}

export interface NewPassword {
  readonly password: string
  /** Nobody knows it yet. */
  readonly generated: boolean
}

/** @throws UsageError */
export async function readPassword({ passwordFile, passwordStdin, generate }: PasswordSource, input: SecretInput): Promise<NewPassword> {
  if ([passwordFile, passwordStdin, generate].filter(each => each !== undefined).length > 1) {
    throw new UsageError('one of --password-file, --password-stdin and --generate will do')
  }
  if (generate) return { password: randomBytes(24).toString('base64url'), generated: true }
  return { password: checked(await given(passwordFile, passwordStdin, input)), generated: false }
}

async function given(file: string | undefined, stdin: true | undefined, input: SecretInput): Promise<string> {
  if (file !== undefined) return firstLine(contentOf(file))
  if (stdin) return firstLine(await input.all())
  if (!input.interactive) throw new UsageError('there is nobody to ask for the password: --password-stdin, --password-file or --generate')
  const password = await input.ask('Password: ')
  if (password !== (await input.ask('Again: '))) throw new UsageError('the two are not the same')
  return password
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`the password's file cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

function checked(password: string): string {
  if (hasControlCharacters(password)) throw new UsageError('a password is one line without control characters')
  if (password.length < 8) throw new UsageError('a password has at least 8 characters')
  if (Buffer.byteLength(password) > 72) throw new UsageError('bcrypt looks at 72 bytes of a password, and this one has more')
  return password
}

/** An editor, or `echo`, ends it with a newline, which is no part of it. */
const firstLine = (text: string) => text.replace(/\r?\n$/, '')
