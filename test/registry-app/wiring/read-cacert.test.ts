import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCacert } from '../../../registry-app/src/wiring/read-cacert.ts'
import { temporaryFolder } from '../support/folder.ts'
import { authority } from '../tls/support/certificates.ts'

test('a key names an authority by a file, or by its text', async () => {
  const file = join(await temporaryFolder(), 'ca.pem')
  await writeFile(file, authority)

  expect([file, authority, undefined].map(readCacert)).toEqual([authority, authority, undefined])
  expect(() => readCacert(`${file}.not`)).toThrow('ENOENT')
})
