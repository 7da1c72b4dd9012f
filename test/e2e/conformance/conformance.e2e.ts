import { describe, expect, it } from 'vitest'
import { bucketStorage } from '../s3/support/replicas.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'
import { runConformance } from './run-conformance.ts'

const conformance = await tool('conformance')

suite('the official conformance suite, with everything that it can ask for', [conformance], async () => {
  // Its sparse data is an index without its images, and an image without its layers.
  const { apis, data, cases } = await runConformance(conformance.path, { sparse: true, config: { validation: { disabled: true } } })

  describe('APIs', () => {
    it('reports all 28', () => expect(Object.keys(apis)).toHaveLength(28))
    it.each(Object.entries(apis))('%s', (_, status) => expect(status).toBe('Pass'))
  })

  describe('data', () => {
    it('reports all 24 kinds', () => expect(Object.keys(data)).toHaveLength(24))
    it.each(Object.entries(data))('%s', (_, status) => expect(status).toBe('Pass'))
  })

  it(`passes each of its ${cases.length} cases, and skips none`, () => {
    expect(cases.length).toBeGreaterThan(800)
    expect(cases.filter(({ status }) => status !== 'passed')).toEqual([])
  })
})

suite('the official conformance suite, with all of it again on a bucket', [conformance, minio], async () => {
  const store = await startMinio()
  await store.createBucket('images')
  const storage = bucketStorage({ store, endpoint: store.endpoint, bucket: 'images' })
  const config = { storage, validation: { disabled: true } }
  const { apis, data, cases } = await runConformance(conformance.path, { sparse: true, config })

  it('passes every API', () => expect(other('Pass', apis)).toEqual({}))
  it('passes every kind of data', () => expect(other('Pass', data)).toEqual({}))
  it(`passes each of its ${cases.length} cases, and skips none`, () => {
    expect(cases.length).toBeGreaterThan(800)
    expect(cases.filter(({ status }) => status !== 'passed')).toEqual([])
  })
})

suite('the official conformance suite, on the configuration that comes with the registry', [conformance], async () => {
  const { apis, data } = await runConformance(conformance.path, { sparse: false, config: {} })

  it('passes every API', () => expect(other('Pass', apis)).toEqual({}))
  it('passes every kind of data but sparse manifests, which it refuses', () => {
    expect(other('Pass', data)).toEqual({ 'Sparse Manifests': 'Disabled' })
  })
})

const other = (status: string, rows: Record<string, string>) => Object.fromEntries(Object.entries(rows).filter(([, row]) => row !== status))
