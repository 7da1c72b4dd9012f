import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { S3Server } from '../../support/s3-server.ts'
import { writeLayers } from '../clients/layers.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { minio, startMinio } from '../support/minio.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { bucketStorage } from './support/replicas.ts'
import { storedKeys } from './support/stored-objects.ts'

const binary = await tool('crane')
const unshare = await tool('unshare')
const root = process.getuid?.() === 0 ? {} : { missing: 'only root can give a process names of its own' }
const domain = 'store.example'

/** Node.js in a mount namespace, in which a file of names takes the place of the system's. */
async function nodeWithNames(folder: string, names: string): Promise<string> {
  const [hosts, node] = [join(folder, 'hosts'), join(folder, 'node')]
  await writeFile(hosts, names)
  const inside = `mount --bind '${hosts}' /etc/hosts && exec '${process.execPath}' "$@"`
  await writeFile(node, `#!/bin/sh\nexec unshare --mount sh -c '${inside.replaceAll("'", `'"'"'`)}' node "$@"\n`, { mode: 0o755 })
  return node
}

suite('a store that has each bucket at a name of its own', [minio, binary, unshare, root], () => {
  let store: S3Server
  beforeAll(async () => {
    store = await startMinio({ domain })
    await store.createBucket('images')
  })

  /** To it the store has the name of the bucket alone: who wrote the bucket into the path would not find it. */
  async function start(signingversion: string): Promise<RegistryServer> {
    const folder = await temporaryFolder()
    const { port } = new URL(store.endpoint)
    const s3 = { signingversion, forcepathstyle: false, rootdirectory: signingversion }
    const storage = bucketStorage({ store, endpoint: `http://${domain}:${port}`, bucket: 'images', s3 })
    const node = await nodeWithNames(folder, `127.0.0.1 images.${domain}\n`)
    const server = await startServer({ folder, node, config: { storage: { ...storage, redirect: { disable: true } } } })
    atTheEnd(() => server.stop())
    return server
  }

  it.each(['v2', 'v4'])('takes an image of a layer in one piece and one in parts, and gives it back, signed by %s', async version => {
    const { host } = await start(version)
    const layers = await writeLayers(join(await temporaryFolder(), 'layers'), [1000, 40_000_000])
    const image = `${host}/team/app:v1`
    await run(binary.path, ['append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', image])
    await run(binary.path, ['validate', '--remote', image])
    await run(binary.path, ['delete', image])
    const keys = await storedKeys(await bucketOf(store), `${version}/`)
    expect(keys.filter(key => key.endsWith('/data'))).toHaveLength(4)
  })
})
