import { describe, expect, test } from 'vitest'
import { type DoctorOptions, targetFrom } from '../../../lib/doctor/target-from-options.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const from = (options: DoctorOptions) => targetFrom({ bucket: 'images', ...options }, 'environments')

describe('the command line', () => {
  test.each<[DoctorOptions, object]>([
    [{ region: 'us-east-1' }, { region: 'us-east-1', endpoint: undefined }],
    [{ region: 'r', endpoint: 'http://store:9000' }, { endpoint: 'http://store:9000' }],
    [{ region: 'r', rootDirectory: '/folder/' }, { root: 'folder' }],
    [
      { provider: 'hetzner', region: 'nbg1' },
      { region: 'nbg1', endpoint: 'nbg1.your-objectstorage.com' },
    ],
    [{ provider: 'nifcloud-old' }, { region: 'jp-east-2', endpoint: 'jp-east-2.os.cloud.nifty.com' }],
    [
      { provider: 'minio', endpoint: 'http://store:9000' },
      { region: 'us-east-1', endpoint: 'store:9000', secure: false },
    ],
  ])('%o says where the bucket is', (options, target) => {
    expect(from(options)).toMatchObject({ bucket: 'images', ...target })
  })

  test('leaves to the doctor what a preset says of signing and addressing', () => {
    expect(from({ provider: 'nifcloud-old' })).toMatchObject({ signing: undefined, addressing: undefined })
  })

  test('names a file of certificates to trust', () => {
    const folder = temporaryFolder({ 'ca.pem': 'PEM' })
    expect(from({ region: 'r', ca: `${folder}/ca.pem` }).ca).toBe('PEM')
  })
})

describe('an environment', () => {
  const folder = () =>
    temporaryFolder({
      'office.yml':
        'engine: cdktf\nstorage: {driver: s3, provider: nifcloud-old, region: east-1, bucket: office, prefix: registry, addressing: virtual}\n',
    })

  test('says where its bucket is, and how it will be spoken to', () => {
    expect(targetFrom({ environment: 'office' }, folder())).toEqual({
      bucket: 'office',
      region: 'east-1',
      endpoint: 'east-1.os.cloud.nifty.com',
      secure: true,
      signing: 'v2',
      addressing: 'virtual',
      root: 'registry',
    })
  })

  test('is asked elsewhere where the command line says so', () => {
    const options = { environment: 'office', endpoint: 'http://store:9000', region: 'tokyo', bucket: 'copy' }
    expect(targetFrom(options, folder())).toMatchObject({ endpoint: 'http://store:9000', region: 'tokyo', bucket: 'copy' })
  })
})
