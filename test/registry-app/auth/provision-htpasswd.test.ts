import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { matches } from '../../../registry-app/src/auth/bcrypt.ts'
import { parseHtpasswd } from '../../../registry-app/src/auth/htpasswd.ts'
import { provisionHtpasswd } from '../../../registry-app/src/auth/provision-htpasswd.ts'
import { temporaryFolder } from '../support/folder.ts'

const random = (count: number) => Buffer.alloc(count, 7)

test('an htpasswd file that is not there gets the user docker, and a password that its owner alone can read', async () => {
  const path = join(await temporaryFolder(), 'auth', 'htpasswd')
  const passwordFile = await provisionHtpasswd(path, random)
  expect(passwordFile).toBe(`${path}.docker-password`)
  const password = (await readFile(`${path}.docker-password`, 'utf8')).trim()
  expect(password).toHaveLength(32)
  const hash = parseHtpasswd(await readFile(path, 'utf8')).users.get('docker')
  expect(await matches(Buffer.from(password), hash ?? '', 0)).toBe(true)
  for (const file of [path, `${path}.docker-password`]) expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('one that is there stays, and so does everything beside it', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'htpasswd')
  await writeFile(path, '')
  expect(await provisionHtpasswd(path, random)).toBeUndefined()
  expect(await readdir(folder)).toEqual(['htpasswd'])
})

test('where nothing can be made, that is an error', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'file'), '')
  await expect(provisionHtpasswd(join(folder, 'file', 'htpasswd'), random)).rejects.toThrow('file')
})
