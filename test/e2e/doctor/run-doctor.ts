import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { S3Server } from '../../support/s3-server.ts'
import { root } from '../support/paths.ts'

export interface Doctor {
  readonly code: number
  readonly out: string
  readonly error: string
}

type Access = Pick<S3Server, 'endpoint' | 'accessKeyId' | 'secretAccessKey' | 'region'>

interface Options {
  readonly args?: readonly string[]
  /** The text of an environment's file, which says where the bucket is. */
  readonly environment?: string
  /** SIGINT comes when this line begins. */
  readonly interruptedAt?: string
}

/** `kit doctor` as a process, on the bucket `images` of a store. */
export function runDoctor({ endpoint, region, accessKeyId, secretAccessKey }: Access, options: Options = {}): Promise<Doctor> {
  const { args: more = [], environment, interruptedAt } = options
  const where =
    environment === undefined
      ? ['doctor', '--endpoint', endpoint, '--region', region, '--bucket', 'images']
      : ['--environments', folderWith('asked.yml', environment), 'doctor', '--environment', 'asked']
  const args = [join(root, 'bin/kit.ts'), ...where, ...more]
  const env = { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  return new Promise(resolve => {
    const child = execFile(process.execPath, args, { env, timeout: 120_000 }, (_, out, error) => {
      resolve({ code: child.exitCode ?? -1, out, error })
    })
    let [seen, sent] = ['', false]
    child.stdout?.on('data', piece => {
      seen += piece
      // A second one would end it at once.
      if (sent || interruptedAt === undefined || !seen.includes(`\n${interruptedAt}  `)) return
      sent = child.kill('SIGINT')
    })
  })
}

function folderWith(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'bucket-registry-e2e-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), text)
  return folder
}

/** What one line says, its verdict first. */
export function lineOf({ out, error }: Doctor, name: string): string {
  const line = out.split('\n').find(each => each.startsWith(`${name}  `))
  if (line === undefined) throw new Error(`no line begins with ${name}:\n${out}${error}`)
  return line.slice(name.length).trim().replace(/ +/g, ' ')
}
