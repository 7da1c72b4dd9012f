import { stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { secretPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'

/** Something that the registry depends on. The checks are Distribution's, and so are their names in `/debug/health`. */
export interface Check {
  readonly name: string
  /** @throws what is wrong */
  look(): Promise<void>
}

/** Asks for one object, there or not: any answer will do. */
export async function probe(driver: StorageDriver): Promise<void> {
  await driver.stat(secretPath, { signal: AbortSignal.timeout(5000) })
}

/** @param type `s3`, `filesystem` or `inmemory` */
export const storageCheck = (driver: StorageDriver, type: string): Check => ({
  name: `storagedriver_${type}`,
  look: () => probe(driver),
})

/** Fails while the file exists: whoever makes it takes this registry out of service. */
export const fileCheck = (file: string): Check => ({
  name: file,
  async look() {
    if (await exists(file)) throw new Error('file exists')
  },
})

/** What cannot be looked at is a failure; what is not there is none. */
async function exists(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false
    throw error
  }
}

export interface HttpCheckOptions {
  uri: string
  headers: Readonly<Record<string, readonly string[]>>
  /** What HEAD must be answered with. */
  statuscode: number
  /** Milliseconds. */
  timeout: number
}

export function httpCheck({ uri, headers, statuscode, timeout }: HttpCheckOptions): Check {
  const url = new URL(uri)
  const { username, password } = url
  url.username = ''
  url.password = ''
  const sent = Object.entries(headers).flatMap(([name, values]) => values.map(value => [name, value] as [string, string]))
  if (username !== '' || password !== '') sent.push(['authorization', basic(decodeURIComponent(username), decodeURIComponent(password))])
  return {
    // What may prove somebody's identity to that server is nobody else's business.
    name: url.origin + url.pathname,
    async look() {
      const answer = await fetch(url, { method: 'HEAD', headers: sent, signal: AbortSignal.timeout(timeout) })
      if (answer.status !== statuscode) throw new Error(`downstream service returned unexpected status: ${answer.status}`)
    },
  }
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** @param addr `host:port` @param timeout milliseconds */
export const tcpCheck = (addr: string, timeout: number): Check => ({
  name: addr,
  look: () =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(`tcp://${addr}`)
      const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout })
      socket.once('connect', () => {
        socket.destroy()
        resolve()
      })
      socket.once('timeout', () => socket.destroy(new Error(`no connection to ${addr} within ${timeout} ms`)))
      socket.once('error', error => reject(new Error(`connection to ${addr} failed`, { cause: error })))
    }),
})
