import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { createServer } from 'node:tls'
import { beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { makeAuthority, openssl } from '../tls/support/certificates.ts'
import { KitProject } from './kit-project.ts'

const provider = await terraformProvider('aminueza/minio', '3.6.5')
const data = 'registry-own-data'

/** A port by TLS before another one without. */
async function byTls(to: number, files: { cert: string; key: string }): Promise<number> {
  const server = createServer({ cert: await readFile(files.cert), key: await readFile(files.key) }, client => {
    const store = connect(to, '127.0.0.1')
    for (const [from, into] of [
      [client, store],
      [store, client],
    ] as const) {
      from.on('error', () => into.destroy())
      from.pipe(into)
    }
  })
  const port = await freePort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  atTheEnd(async () => void server.close())
  return port
}

suite('cdktf makes a bucket on a store with a certificate of an authority of one’s own', [minio, provider, openssl], () => {
  let store: S3Server
  let project: KitProject

  beforeAll(async () => {
    store = await startMinio()
    const authority = await makeAuthority(await temporaryFolder())
    const port = await byTls(Number(new URL(store.endpoint).port), await authority.sign('store'))
    project = new KitProject(await temporaryFolder(), { s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey })
    await project.begin()
    const text = JSON.stringify(await readFile(authority.file, 'utf8'))
    const where = `endpoint: 'https://127.0.0.1:${port}', region: us-east-1, bucket: images, authority: ${text}`
    await project.write('own', `engine: cdktf\nstorage: {driver: s3, ${where}, onDestroy: empty}\n`)
  })

  it('applies it, finds nothing to change, and lets the kit into it', async () => {
    await project.deploy(data)
    expect(await project.planNothing(data)).toContain('No changes.')
    expect((await (await bucketOf(store)).send({ operation: 'HeadBucket', method: 'HEAD', expects: () => true })).status).toBe(200)
    expect(await project.kit('empty', 'own', '--yes')).toContain('was empty')
    await project.destroy('--ignore-missing-stack-dependencies', data)
  })
})
