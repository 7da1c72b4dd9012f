import { describe, expect, test } from 'vitest'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { content, sha256 } from '../support/bytes.ts'
import { configType, descriptor, encode, image, index } from '../support/images.ts'
import { testUpstream } from './support/test-upstream.ts'
import { trialCache } from './support/trial-cache.ts'

/** An upstream with an image, and a signature that refers to it. */
async function signed() {
  const upstream = await testUpstream()
  const { digest, content: manifest } = upstream.image('app', 'v1', [content(10)])
  const subject = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: manifest.length }
  const signature = Buffer.from(encode(image({ config: descriptor('{}', configType), subject, artifactType: 'application/vnd.signature' })))
  upstream.manifests.set(`app@${sha256(signature)}`, signature)
  const entry = {
    mediaType: subject.mediaType,
    digest: sha256(signature),
    size: signature.length,
    artifactType: 'application/vnd.signature',
  }
  return { upstream, digest, signature, entry, ...(await trialCache({ upstream })) }
}

const path = (digest: string) => `/v2/hub/app/referrers/${digest}`

describe('what refers to a cached manifest', () => {
  test('is what the upstream says, as far as it can be understood', async () => {
    const { upstream, digest, entry, call } = await signed()
    upstream.instead = (_, response) => {
      response.end(JSON.stringify(index([{ ...entry, urls: ['https://x'], annotations: { a: 'b', c: 5 } }, { digest: 'none' }, null])))
      return true
    }
    expectAnswer(await call({ path: path(digest) }), {
      status: 200,
      json: { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [{ ...entry, annotations: { a: 'b' } }] },
    })
  })

  test('is what is kept, where the upstream does not answer', async () => {
    const { upstream, digest, signature, entry, call } = await signed()
    await call({ path: `/v2/hub/app/manifests/${sha256(signature)}` })
    await upstream.stop()
    const { body } = await call({ path: path(digest) })
    expect(JSON.parse(body.toString()).manifests).toEqual([entry])
  })

  test('is what a fallback tag names, where the upstream knows no such question', async () => {
    const { upstream, digest, entry, call } = await signed()
    const none = await call({ path: path(digest) })
    expect(JSON.parse(none.body.toString()).manifests).toEqual([])
    const list = Buffer.from(encode(index([entry])))
    upstream.manifests.set(`app:${digest.replace(':', '-')}`, list)
    upstream.manifests.set(`app@${sha256(list)}`, list)
    const { body } = await call({ path: path(digest) })
    expect(JSON.parse(body.toString()).manifests).toEqual([entry])
  })
})
