import { request } from 'node:http'
import { text } from 'node:stream/consumers'

/** Asks a Docker engine on a socket of this machine. @returns `undefined` where the engine is elsewhere @throws if it does not answer */
export async function askEngine(uri: string, path: string, signal: AbortSignal): Promise<unknown> {
  const [, socketPath] = /^unix:\/\/(\/.+)$/.exec(uri) ?? []
  if (socketPath === undefined) return undefined
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path, headers: { host: 'docker' }, signal, timeout: patience }, async answer => {
      try {
        const body = await text(answer)
        if (answer.statusCode !== 200) throw new Error(`it answers with ${answer.statusCode}`)
        resolve(JSON.parse(body))
      } catch (cause) {
        reject(cause)
      }
    })
    call.on('timeout', () => call.destroy(new Error(`it does not answer within ${patience / 1000} seconds`)))
    call.on('error', reject)
    call.end()
  })
}

const patience = 10_000
