import { expect, test } from 'vitest'
import { basicCredentials, decodePair } from '../../../registry-app/src/auth/basic-credentials.ts'

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')
const read = (header: string) => {
  const credentials = basicCredentials(header)
  const pair = credentials === undefined ? undefined : decodePair(credentials)
  return pair && [pair.name, Buffer.from(pair.password).toString()]
}

test.each([
  [`Basic ${base64('alice:secret')}`, ['alice', 'secret']],
  [`basic  ${base64('alice:secret')} `, ['alice', 'secret']],
  [`BASIC ${base64('alice:with:colons')}`, ['alice', 'with:colons']],
  [`Basic ${base64('DeokMan:공주님')}`, ['DeokMan', '공주님']],
])('%s is a pair', (header, pair) => {
  expect(read(header)).toEqual(pair)
})

test.each([
  ['', 'nothing'],
  ['Basic', 'no credentials'],
  [`Bearer ${base64('alice:secret')}`, 'another scheme'],
  [`Basic ${base64('alice:secret')}, Basic ${base64('bob:x')}`, 'two of them'],
  [`Basic ${base64('alice')}`, 'no colon'],
  [`Basic ${base64(':secret')}`, 'no name'],
  [`Basic ${base64('alice:')}`, 'no password'],
  [`Basic ${base64('alice:a').replace(/=+$/, '')}`, 'base64 without its end'],
  ['Basic YWxpY2U6YR==', 'base64 with bits too many'],
  ['Basic !!!!', 'no base64'],
  [`Basic ${base64('alice:se\0cret')}`, 'a NUL, at which some bcrypts end'],
  [`Basic ${base64('al\nice:secret')}`, 'a line end in the name, which would go to the log'],
  [`Basic ${base64(new Uint8Array([0xff, 0xfe, 0x3a, 0x61]))}`, 'a name that is no UTF-8'],
])('%j is none: %s', header => {
  expect(read(header)).toBeUndefined()
})
