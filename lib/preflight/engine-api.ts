import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type ClientRequest, request as plainRequest, type RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { CdktfEnvironment } from '../environment/environment.ts'

type Host = Pick<CdktfEnvironment['host'], 'uri' | 'tlsFolder' | 'sshOptions'>

/** Milliseconds. */
const patience = 15_000

/** What an engine answers with another status than 200. */
export class EngineRefusal extends Error {
  readonly status: number | undefined

  constructor(status: number | undefined) {
    super(`it answers with ${status}`)
    this.status = status
  }
}

/**
 * Asks a Docker engine, in the way in which a deployment would: at its socket, by TLS, or by ssh.
 *
 * @throws EngineRefusal, or if it does not answer
 */
export async function askEngine(host: Host, path: string, signal: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.timeout(patience)
  const way = wayTo(host)
  try {
    return await new Promise((resolve, reject) => {
      const call = way.request({ path, headers: { host: 'docker' }, signal: AbortSignal.any([signal, limit]), ...way.options })
      call.on('response', async answer => {
        try {
          const body = await text(answer)
          if (answer.statusCode !== 200) throw new EngineRefusal(answer.statusCode)
          resolve(JSON.parse(body))
        } catch (cause) {
          reject(cause)
        }
      })
      call.on('error', reject)
      call.end()
    })
  } catch (cause) {
    if (limit.aborted) throw new Error(`it does not answer within ${patience / 1000} seconds`, { cause })
    const said = await way.said()
    throw said === '' ? cause : new Error(said, { cause })
  } finally {
    way.end()
  }
}

interface Way {
  readonly request: (options: RequestOptions) => ClientRequest
  readonly options: RequestOptions
  /** What the program on the way had to say. */
  said(): Promise<string>
  end(): void
}

function wayTo({ uri, tlsFolder, sshOptions }: Host): Way {
  const nothing = { said: async () => '', end: () => {} }
  const { protocol, hostname, port, username, pathname } = new URL(uri)
  if (protocol === 'unix:') return { ...nothing, request: plainRequest, options: { socketPath: pathname } }
  if (protocol === 'tcp:') {
    const pem = (file: string) => readFileSync(join(tlsFolder ?? '', file))
    const tls = { host: hostname, port, ca: pem('ca.pem'), cert: pem('cert.pem'), key: pem('key.pem') }
    return { ...nothing, request: tlsRequest, options: tls }
  }
  // As Docker's own command line goes there: https://docs.docker.com/engine/security/protect-access/
  const destination = [...(port ? ['-p', port] : []), username ? `${username}@${hostname}` : hostname]
  const ssh = spawn('ssh', ['-o', 'BatchMode=yes', ...sshOptions, ...destination, 'docker', 'system', 'dial-stdio'])
  const errors: Buffer[] = []
  ssh.stderr.on('data', chunk => errors.push(chunk))
  const connection = Duplex.from({ readable: ssh.stdout, writable: ssh.stdin })
  ssh.on('error', cause => connection.destroy(cause))
  // Whoever asks is told by the call; and of what comes after it nobody needs to hear.
  for (const stream of [connection, ssh.stdin]) stream.on('error', () => {})
  const ended = new Promise<void>(resolve => ssh.on('close', () => resolve()))
  return {
    request: plainRequest,
    options: { createConnection: () => connection },
    async said() {
      ssh.kill()
      await ended
      return Buffer.concat(errors).toString().trim()
    },
    end: () => void ssh.kill(),
  }
}
