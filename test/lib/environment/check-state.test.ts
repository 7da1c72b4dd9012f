import { expect, test } from 'vitest'
import { complaints } from './support/complaints.ts'

const environment = (storage: string, state: string) =>
  `engine: cdktf\nstorage: {driver: s3, bucket: images, ${storage}}\nstate: {backend: s3, bucket: images, ${state}}`

test.each([
  ['at Amazon', 'provider: aws, region: eu-west-1', 'region: eu-west-1'],
  ['at an address', "endpoint: 'https://s3.example.com', region: r", "endpoint: 'https://s3.example.com/', region: r"],
  ['at an address that the provider has', 'provider: scaleway, region: fr-par', "endpoint: 'https://s3.fr-par.scw.cloud', region: fr-par"],
])('the bucket of the images is none for the state, which goes when that is emptied: %s', (_, storage, state) => {
  expect(complaints(environment(storage, state))).toEqual([
    'try.yml:3:30: state.bucket: must be another bucket than storage.bucket: kit empty deletes everything in that (it says "images")',
  ])
})

test.each([
  ['another store', "endpoint: 'https://s3.example.com', region: r", 'region: eu-west-1'],
  ['another address', "endpoint: 'https://s3.example.com', region: r", "endpoint: 'https://states.example.com', region: r"],
  ['the same store, where no stack made it', 'provider: aws, region: eu-west-1, existing: true', 'region: eu-west-1'],
])('a bucket of the same name is well at %s', (_, storage, state) => {
  expect(complaints(environment(storage, state))).toEqual([])
})
