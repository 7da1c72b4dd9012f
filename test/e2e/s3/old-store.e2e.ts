import { createHmac } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import type { FaultProxy } from '../../fault-proxy/fault-proxy.ts'
import { oldStore } from '../../fault-proxy/old-store.ts'
import { createBucket } from '../../support/create-bucket.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { faultProxy } from './support/fault-proxy.ts'

suite('a store that knows only version 2', [minio], () => {
  let store: S3Server
  let proxy: FaultProxy

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    proxy = await faultProxy({ to: store.endpoint, plan: oldStore({ listObjectsV2: 'taken for version 1' }) })
    for (const key of ['a', 'b', 'c']) expect((await ask('PUT', `/images/${key}`, 'content')).status).toBe(200)
  })

  /** Signed by hand: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html */
  async function ask(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
    const date = new Date().toUTCString()
    const [resource = ''] = path.split('?')
    const type = body === undefined ? '' : 'text/plain'
    const signature = createHmac('sha1', store.secretAccessKey).update(`${method}\n\n${type}\n${date}\n${resource}`).digest('base64')
    const headers = { date, authorization: `AWS ${store.accessKeyId}:${signature}`, ...(type && { 'content-type': type }) }
    const answer = await fetch(`${proxy.endpoint}${path}`, { method, headers, ...(body !== undefined && { body }) })
    return { status: answer.status, text: await answer.text() }
  }

  it('takes version 2, signed for the address of the proxy', async () => {
    expect(await ask('GET', '/images/a')).toEqual({ status: 200, text: 'content' })
  })

  it('refuses version 4', async () => {
    await expect(createBucket({ ...store, endpoint: proxy.endpoint }, 'others')).rejects.toThrow('InvalidArgument')
  })

  it('answers version 2 of a list as version 1', async () => {
    const { status, text } = await ask('GET', '/images?list-type=2&prefix=&start-after=b')
    expect(status).toBe(200)
    expect(text).toContain('<Marker>')
    expect([...text.matchAll(/<Key>(.)<\/Key>/g)].map(([, key]) => key)).toEqual(['a', 'b', 'c'])
  })
})
