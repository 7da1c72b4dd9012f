import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { minio, startMinio } from '../support/minio.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { clientOf } from './support/client.ts'
import { nameServer, pebble as pebbleTool, startPebble } from './support/pebble.ts'

const curl = await tool('curl')
const patience = 30_000

type Storage = Record<string, unknown>

const places: [string, () => Promise<Storage>][] = [
  ['one folder', async () => ({ filesystem: { rootdirectory: await temporaryFolder() } })],
  [
    'one bucket',
    async () => {
      const store = await startMinio()
      await store.createBucket('images')
      const { endpoint, region, accessKeyId, secretAccessKey } = store
      return { s3: { bucket: 'images', region, regionendpoint: endpoint, accesskey: accessKeyId, secretkey: secretAccessKey } }
    },
  ],
]

suite('registries that share a certificate', [pebbleTool, nameServer, minio], () => {
  describe.each(places)('two on %s', (_, open) => {
    const host = 'registry.test'
    let pebble: Awaited<ReturnType<typeof startPebble>>
    let root: string
    let storage: Storage
    let servers: RegistryServer[]

    const start = async (reachable: boolean) => {
      const folder = await temporaryFolder()
      await mkdir(folder, { recursive: true })
      const letsencrypt = { hosts: [host], email: 'ops@registry.test', directoryurl: pebble.directoryUrl, cacert: pebble.cacert }
      const http = {
        secret: 'a secret that they share',
        tls: { letsencrypt },
        redirect: { addr: reachable ? `127.0.0.1:${pebble.httpPort}` : '127.0.0.1:0' },
      }
      return startServer({ folder, config: { storage, http }, port: reachable ? pebble.tlsPort : 0 })
    }

    /** A client's, once it is served. */
    async function serialAt(server: RegistryServer): Promise<string> {
      const client = clientOf(Number(new URL(server.url).port), root)
      for (let waited = 0; ; waited += 100) {
        try {
          const { status, serial } = await client.ask(host)
          expect(status).toBe(200)
          return serial
        } catch (error) {
          if (waited > patience) throw new Error(`no certificate within ${patience} ms:\n${server.log()}`, { cause: error })
          await sleep(100)
        } finally {
          client.close()
        }
      }
    }

    beforeAll(async () => {
      pebble = await startPebble()
      root = await pebble.root()
      storage = await open()
      servers = await Promise.all([start(true), start(false)])
    })

    it('want one at the same moment: one order is seen, and both serve what it gave', async () => {
      const [a, b] = await Promise.all(servers.map(serialAt))
      expect(a).toBe(b)
      expect(pebble.orders()).toBe(1)
      expect(servers.map(server => server.log()).join('')).not.toMatch(/PRIVATE KEY|a secret that they share/)
    })

    it.skipIf(curl.missing)('curl trusts it, and says so by HTTP as by HTTPS', async () => {
      const file = join(await temporaryFolder(), 'root.pem')
      await writeFile(file, root)
      const port = pebble.tlsPort
      const resolve = ['--resolve', `${host}:${port}:127.0.0.1`, '--resolve', `${host}:${pebble.httpPort}:127.0.0.1`]
      const out = ['--silent', '--show-error', '--output', '/dev/null', '--write-out', '%{http_code}']
      expect(await run(curl.path, [...resolve, ...out, '--cacert', file, `https://${host}:${port}/v2/`])).toBe('200')
      expect(await run(curl.path, [...resolve, ...out, `http://${host}:${pebble.httpPort}/v2/`])).toBe('308')
    })

    it('are started anew, and order nothing', async () => {
      const before = await serialAt(servers[0] as RegistryServer)
      for (const server of servers) await server.stop()
      servers = await Promise.all([start(true), start(false)])
      for (const server of servers) expect(await serialAt(server)).toBe(before)
      expect(pebble.orders()).toBe(1)
      for (const server of servers) await server.stop()
    })
  })
})
