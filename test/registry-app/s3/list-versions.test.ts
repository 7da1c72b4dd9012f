import { expect, test } from 'vitest'
import { listVersions } from '../../../registry-app/src/s3/list-versions.ts'
import { trial } from './support/trial-bucket.ts'
import { answer, refusal } from './support/trial-store.ts'

const page = (inside: string) => answer(200, `<ListVersionsResult><EncodingType>url</EncodingType>${inside}</ListVersionsResult>`)
const version = (key: string, id: string) => `<Version><Key>${key}</Key><VersionId>${id}</VersionId></Version>`
const marker = (key: string, id: string) => `<DeleteMarker><Key>${key}</Key><VersionId>${id}</VersionId></DeleteMarker>`

async function list(...replies: Parameters<typeof trial>[0] & object) {
  const { bucket, store } = await trial(replies)
  const pages = await Array.fromAsync(listVersions(bucket, {}))
  return { pages, asked: store.requests.map(({ url }) => url) }
}

test('versions and the markers of deleted objects are listed, by their own names', async () => {
  const { pages } = await list(
    page(`${version('a%2Fone', '1')}${marker('a%2Fone', '2')}<CommonPrefixes><Prefix>x</Prefix></CommonPrefixes>`),
  )

  expect(pages).toEqual([
    [
      { key: 'a/one', versionId: '1' },
      { key: 'a/one', versionId: '2' },
    ],
  ])
})

test('the next page begins behind the last version of this one', async () => {
  const first = `${version('a', '1')}<IsTruncated>true</IsTruncated><NextKeyMarker>a%20b</NextKeyMarker><NextVersionIdMarker>7</NextVersionIdMarker>`
  const { pages, asked } = await list(page(first), page(version('b', '1')))

  expect(pages.flat()).toHaveLength(2)
  expect(asked[1]).toContain('key-marker=a%20b')
  expect(asked[1]).toContain('version-id-marker=7')
})

test.each([
  ['refuses the question', refusal(501, 'NotImplemented')],
  ['answers with its objects', answer(200, '<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>')],
])('a store without versions that %s has its objects listed', async (_, reply) => {
  const { pages } = await list(
    reply,
    answer(200, '<ListBucketResult><KeyCount>1</KeyCount><Contents><Key>a</Key></Contents></ListBucketResult>'),
  )

  expect(pages).toEqual([[{ key: 'a' }]])
})

test('a store that gives one page for ever is told of', async () => {
  const same = page('<IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>')

  await expect(list(same, same, same)).rejects.toThrow('the same page again')
})

test('what lies below a prefix can be listed alone', async () => {
  const { bucket, store } = await trial([page(version('a%2Fone', '1'))])

  expect(await Array.fromAsync(listVersions(bucket, { prefix: 'a/' }))).toEqual([[{ key: 'a/one', versionId: '1' }]])
  expect(store.requests[0]?.url).toContain('prefix=a%2F')
})
