import { inParallel } from '../../../../registry-app/src/concurrency/in-parallel.ts'
import type { S3Server } from '../../../support/s3-server.ts'
import { s3DriverOver } from './driver.ts'

const digest = (index: number) => index.toString(16).padStart(64, '0')

/** Fills a bucket with repositories as pushes leave them: a manifest, a layer and three tags each; and one, `many-tags`, with 1,000 tags. */
export async function fillWithRepositories(server: S3Server, bucket: string, count: number): Promise<void> {
  const driver = await s3DriverOver(server, { s3: { bucket }, driver: { rootdirectory: '' } })
  const root = 'docker/registry/v2/repositories'
  const keys = Array.from({ length: count }, (_, index) => {
    const name = `${root}/team-${index % 40}/app-${index}`
    const hex = digest(index)
    const tags = ['v1', 'v2', 'latest'].flatMap(tag => [
      `${name}/_manifests/tags/${tag}/current/link`,
      `${name}/_manifests/tags/${tag}/index/sha256/${hex}/link`,
    ])
    return [`${name}/_layers/sha256/${hex}/link`, `${name}/_manifests/revisions/sha256/${hex}/link`, ...tags].map(key => ({ key, hex }))
  }).flat()
  const tags = Array.from({ length: 1_000 }, (_, index) => ({
    key: `${root}/many-tags/_manifests/tags/t${index}/current/link`,
    hex: digest(index),
  }))
  await inParallel([...keys, ...tags], 64, ({ key, hex }) => driver.put(key, Buffer.from(`sha256:${hex}`)))
}
