import { describe, expect, test } from 'vitest'
import type { Circumstances, Happening } from '../../../../registry-app/src/events/happening.ts'
import { envelope } from '../../../../registry-app/src/events/notifications/envelope.ts'
import { eventOf } from '../../../../registry-app/src/events/notifications/event.ts'
import { referencesOf } from '../../../../registry-app/src/events/notifications/references.ts'
import { encode } from '../../support/images.ts'
import { blobMounted, blobPulled, digest, manifestDeleted, manifestPushed, tagDeleted, where } from './support/happenings.ts'

const options = {
  source: { addr: 'host:5000', instanceID: 'instance' },
  includeReferences: false,
  now: () => new Date('2026-03-01T12:00:00.123Z'),
  randomId: () => 'an-id',
}
const written = (happening: Happening, more: { includeReferences?: boolean } = {}, around: Circumstances = where) =>
  JSON.parse(JSON.stringify(eventOf(happening, around, { ...options, ...more })))

describe('an event', () => {
  const targets: readonly (readonly [string, Happening, object])[] = [
    [
      'a manifest that was pushed',
      manifestPushed,
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest,
        size: 400,
        length: 400,
        repository: 'team/app',
        url: `https://registry.test/v2/team/app/manifests/${digest}`,
        tag: 'v1',
      },
    ],
    [
      'a blob that was pulled',
      blobPulled,
      {
        mediaType: 'application/octet-stream',
        digest,
        size: 1,
        length: 1,
        repository: 'team/app',
        url: `https://registry.test/v2/team/app/blobs/${digest}`,
      },
    ],
    [
      'a blob that was mounted',
      blobMounted,
      {
        mediaType: 'application/octet-stream',
        digest,
        size: 1,
        length: 1,
        repository: 'team/app',
        fromRepository: 'other',
        url: `https://registry.test/v2/team/app/blobs/${digest}`,
      },
    ],
    ['a tag that was deleted', tagDeleted, { mediaType: '', digest: '', size: 0, repository: 'team/app', tag: 'v1' }],
    ['a manifest that was deleted', manifestDeleted, { mediaType: '', digest, size: 0, repository: 'team/app' }],
  ]
  test.each(targets)('has of %s what Distribution’s has, in its order', (_, happening, target) => {
    const event = written(happening)
    expect(event.action).toBe(happening.action)
    expect(Object.entries(event.target)).toEqual(Object.entries(target))
  })

  test('says who asked, from where, and who tells', () => {
    expect(written(blobPulled)).toMatchObject({
      id: 'an-id',
      timestamp: '2026-03-01T12:00:00.123Z',
      request: { id: 'r-1', addr: '192.0.2.7:4711', host: 'registry.test:5000', method: 'PUT', useragent: 'docker/29' },
      actor: { name: 'mia' },
      source: { addr: 'host:5000', instanceID: 'instance' },
    })
  })

  test.each([
    ['::1', 80, '[::1]:80'],
    ['192.0.2.7', undefined, '192.0.2.7'],
    [undefined, undefined, undefined],
  ])('writes the address %s, port %s as %s', (remoteAddress, remotePort, addr) => {
    expect(written(blobPulled, {}, { ...where, remoteAddress, remotePort }).request.addr).toBe(addr)
  })

  test('of somebody who need not say who he is has an empty actor', () => {
    expect(written(blobPulled, {}, { ...where, caller: undefined, headers: {} })).toMatchObject({ actor: {}, request: { useragent: '' } })
  })

  test('tells of references only where that is asked for', () => {
    expect(written(manifestPushed).target).not.toHaveProperty('references')
    expect(written(manifestPushed, { includeReferences: true }).target.references).toEqual([
      { mediaType: 'c', digest, size: 2 },
      { mediaType: 'l', digest, size: 3 },
    ])
  })
})

describe('references', () => {
  const full = {
    artifactType: 't',
    platform: { variant: 'v8', os: 'linux', architecture: 'arm64', 'os.features': ['f'], 'os.version': '1', unknown: 1 },
    data: 'eA==',
    annotations: { b: '2', a: '1' },
    urls: ['https://a'],
    size: 1,
    digest,
    mediaType: 'm',
    unknown: 1,
  }

  test('are those of an index, in Go’s order', () => {
    const [only] = referencesOf(encode({ manifests: [full] }))
    expect(JSON.stringify(only)).toBe(
      `{"mediaType":"m","digest":"${digest}","size":1,"urls":["https://a"],"annotations":{"a":"1","b":"2"},"data":"eA==",` +
        '"platform":{"architecture":"arm64","os":"linux","os.version":"1","os.features":["f"],"variant":"v8"},"artifactType":"t"}',
    )
  })

  test('leave out what is empty, and what is no descriptor', () => {
    const content = encode({ config: null, layers: [{ digest, urls: [], annotations: {}, artifactType: '', data: null }, 'x'] })
    expect(JSON.parse(JSON.stringify(referencesOf(content)))).toEqual([{ mediaType: '', digest, size: 0 }])
  })

  test('of a manifest that has none are none', () => {
    expect(referencesOf(encode({ schemaVersion: 1 }))).toEqual([])
  })
})

describe('an envelope', () => {
  test('is written as Go writes it: three spaces, and no characters of HTML', () => {
    expect(envelope(JSON.stringify({ id: 'a', request: { useragent: '<b>&\u2028"' }, actor: {} }))).toBe(
      `{
   "events": [
      {
         "id": "a",
         "request": {
            "useragent": "\\u003cb\\u003e\\u0026\\u2028\\""
         },
         "actor": {}
      }
   ]
}`,
    )
  })
})
