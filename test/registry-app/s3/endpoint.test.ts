import { describe, expect, test } from 'vitest'
import { endpointOf } from '../../../registry-app/src/s3/endpoint.ts'
import type { S3Options } from '../../../registry-app/src/s3/options.ts'

const urlOf = (options: Partial<S3Options>, key?: string) => {
  const { origin, pathOf } = endpointOf({ bucket: 'images', region: 'eu-west-1', ...options })
  return origin + pathOf(key)
}

describe('Amazon', () => {
  test.each<[Partial<S3Options>, string]>([
    [{}, 'https://images.s3.eu-west-1.amazonaws.com/a/b'],
    [{ region: 'us-east-1' }, 'https://images.s3.us-east-1.amazonaws.com/a/b'],
    [{ region: 'cn-north-1' }, 'https://images.s3.cn-north-1.amazonaws.com.cn/a/b'],
    [{ region: 'us-iso-east-1' }, 'https://images.s3.us-iso-east-1.c2s.ic.gov/a/b'],
    [{ region: 'us-isob-east-1' }, 'https://images.s3.us-isob-east-1.sc2s.sgov.gov/a/b'],
    [{ region: 'eusc-de-east-1' }, 'https://images.s3.eusc-de-east-1.amazonaws.eu/a/b'],
    [{ region: 'us-gov-west-1' }, 'https://images.s3.us-gov-west-1.amazonaws.com/a/b'],
    [{ amazon: { dualstack: true } }, 'https://images.s3.dualstack.eu-west-1.amazonaws.com/a/b'],
    [{ amazon: { fips: true } }, 'https://images.s3-fips.eu-west-1.amazonaws.com/a/b'],
    [{ amazon: { fips: true, dualstack: true } }, 'https://images.s3-fips.dualstack.eu-west-1.amazonaws.com/a/b'],
    [{ amazon: { accelerate: true } }, 'https://images.s3-accelerate.amazonaws.com/a/b'],
    [{ amazon: { accelerate: true, dualstack: true } }, 'https://images.s3-accelerate.dualstack.amazonaws.com/a/b'],
    [{ addressing: 'path' }, 'https://s3.eu-west-1.amazonaws.com/images/a/b'],
    [{ secure: false }, 'http://images.s3.eu-west-1.amazonaws.com/a/b'],
    [{ bucket: 'my.images' }, 'https://s3.eu-west-1.amazonaws.com/my.images/a/b'],
    [{ bucket: 'my.images', secure: false }, 'http://my.images.s3.eu-west-1.amazonaws.com/a/b'],
  ])('%j → %s', (options, url) => {
    expect(urlOf(options, 'a/b')).toBe(url)
  })
})

describe('an endpoint of one’s own', () => {
  test.each<[Partial<S3Options>, string]>([
    [{ endpoint: 'jp-east-2.os.cloud.nifty.com' }, 'https://jp-east-2.os.cloud.nifty.com/images/a/b'],
    [{ endpoint: 'localhost:9000', secure: false }, 'http://localhost:9000/images/a/b'],
    [{ endpoint: 'http://localhost:9000/', secure: true }, 'http://localhost:9000/images/a/b'],
    [{ endpoint: 'https://store.example:443' }, 'https://store.example/images/a/b'],
    [{ endpoint: 'HTTPS://Store.Example/s3/' }, 'https://store.example/s3/images/a/b'],
    [{ endpoint: '[::1]:9000', secure: false }, 'http://[::1]:9000/images/a/b'],
    [{ endpoint: 'store.example', addressing: 'virtual' }, 'https://images.store.example/a/b'],
    [{ endpoint: 'https://store.example/s3', addressing: 'virtual' }, 'https://images.store.example/s3/a/b'],
  ])('%j → %s', (options, url) => {
    expect(urlOf(options, 'a/b')).toBe(url)
  })

  test.each(['', 'https://', 'http://a b', 'https://host/?a=b', 'https://host/#a', 'ftp://host/x y'])('%j is no address', endpoint => {
    expect(() => urlOf({ endpoint })).toThrow(/is no S3 endpoint: write a host/)
  })

  test.each(['https://me:hunter2@host', 'me:hunter2@host'])('a password in it is refused without being told: %s', endpoint => {
    expect(() => urlOf({ endpoint })).toThrow(/^(?!.*hunter2)/)
  })
})

test.each<[Partial<S3Options>, string]>([
  [{ endpoint: 'https://store.example' }, 'https://store.example/images'],
  [{ endpoint: 'https://store.example', addressing: 'virtual' }, 'https://images.store.example/'],
])('the bucket itself: %j → %s', (options, url) => {
  expect(urlOf(options)).toBe(url)
})

test('keys are encoded', () => {
  expect(urlOf({}, 'a b/é')).toBe('https://images.s3.eu-west-1.amazonaws.com/a%20b/%C3%A9')
})

test('tells a bucket in the host’s name from one in the path', () => {
  expect(endpointOf({ bucket: 'images', region: 'a' }).virtualBucket).toBe('images')
  expect(endpointOf({ bucket: 'images', region: 'a', endpoint: 'images.example' }).virtualBucket).toBeUndefined()
})
