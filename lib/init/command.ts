import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ask } from '../ask.ts'
import { EnvironmentError } from '../environment/environment-error.ts'
import { nameComplaint } from '../environment/environment-name.ts'
import { parseEnvironment } from '../environment/load-environment.ts'
import { kitCommand } from '../kit-command.ts'
import { UsageError } from '../usage-error.ts'
import type { Answers } from './answers.ts'
import { environmentText } from './environment-text.ts'
import { complete } from './questions.ts'

export interface InitSetting {
  readonly out: (text: string) => void
  readonly ask: Ask
  /** The folder of the environment files. */
  readonly folder: string
}

/**
 * Writes the file of a new environment.
 *
 * @throws UsageError if there is one, or something is neither told nor answered; EnvironmentError that says what of it is wrong
 */
export async function init(name: string, told: Answers, { out, ask, folder }: InitSetting): Promise<void> {
  const file = join(folder, `${name}.yml`)
  if (existsSync(file)) throw new UsageError(`${file} is there already, and is left as it is`)
  const misnamed = nameComplaint(name)
  if (misnamed !== undefined) throw new UsageError(`${name}: ${misnamed}`)
  const answers = await complete(told, ask)
  const text = environmentText(name, answers)
  const { engine } = checked(file, text)
  mkdirSync(folder, { recursive: true })
  // Not over one that somebody wrote since.
  writeFileSync(file, text, { flag: 'wx' })
  const next = [
    ...(engine === 'cdktf' && answers.storage === 's3' ? ['export TF_VAR_s3_access_key=… TF_VAR_s3_secret_key=…'] : []),
    `${kitCommand} preflight ${name}`,
    `npx ${engine} deploy registry-${name}-data registry-${name}`,
  ]
  out(`${file} is written. Next:\n\n${next.map(line => `  ${line}\n`).join('')}`)
}

/** Lines and columns would be those of a file that is not there. */
function checked(file: string, text: string) {
  try {
    return parseEnvironment(file, text)
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause
    const source = `${file} is not written`
    throw new EnvironmentError(cause.complaints.map(({ path, message, value }) => ({ source, path, message, ...(value && { value }) })))
  }
}
