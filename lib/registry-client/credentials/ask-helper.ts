import { execFile } from 'node:child_process'
import type { Credentials } from '../http/sign-in.ts'

/** A helper may have to ask a cloud for a token. Milliseconds. */
const patience = 60_000

/**
 * Asks a program such as `docker-credential-ecr-login` (https://github.com/docker/docker-credential-helpers).
 *
 * @returns `undefined` if it knows nobody there
 * @throws Error if it cannot be asked; never with what it said on standard output
 */
export function askHelper(
  name: string,
  server: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Credentials | undefined> {
  if (!/^[\w.-]+$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name of a credential helper`)
  return new Promise((resolve, reject) => {
    const program = `docker-credential-${name}`
    const child = execFile(program, ['get'], { env: { ...variables }, timeout: patience, maxBuffer: 1024 * 1024 }, (failure, stdout) => {
      if (!failure) return resolve(answerOf(stdout))
      // What all helpers say then, word for word.
      if (/credentials not found|no credentials/i.test(stdout)) return resolve(undefined)
      const how = 'code' in failure && failure.code === 'ENOENT' ? 'is not in the PATH' : `ended with ${failure.code ?? failure.signal}`
      reject(new Error(`${program}, which docker's configuration names for ${server}, ${how}`))
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(`${server}\n`)
  })
}

function answerOf(text: string): Credentials | undefined {
  const { Username, Secret } = JSON.parse(text) as Record<string, unknown>
  if (typeof Username !== 'string' || typeof Secret !== 'string' || Secret === '') return undefined
  return Username === '<token>' ? { identityToken: Secret } : { username: Username, password: Secret }
}
