import { beforeAll } from 'vitest'
import { storageContract } from '../../registry-app/storage/contract.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { s3DriverOver } from './support/driver.ts'

suite('on MinIO', [minio], () => {
  let server: S3Server

  beforeAll(async () => {
    server = await startMinio()
  })

  for (const signing of ['v4', 'v2'] as const) {
    storageContract(`S3, by version ${signing.slice(1)}`, () => s3DriverOver(server, { s3: { signing } }))
  }
})
