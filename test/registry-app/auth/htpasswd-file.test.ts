import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { htpasswdFile } from '../../../registry-app/src/auth/htpasswd-file.ts'
import { temporaryFolder } from '../support/folder.ts'
import { hashFor } from './support/checks.ts'

async function watched() {
  const folder = await temporaryFolder()
  const path = join(folder, 'htpasswd')
  const warnings: string[] = []
  let time = 0
  const users = htpasswdFile({ path, warn: message => warnings.push(message), clock: () => time })
  const later = async () => {
    time += 10_000
    await users.fresh()
  }
  return { folder, path, users, warnings, later, write: (text: string) => writeFile(path, text) }
}

const line = (name: string, password: string) => `${name}:${hashFor(password)}\n`

describe('an htpasswd file', () => {
  test('is read once, and again when it has changed', async () => {
    const { users, later, write } = await watched()
    await write(line('alice', 'a'))
    await users.fresh()
    expect(users.find('alice')).toBe(hashFor('a'))
    const same = users.find('alice')
    await later()
    expect(users.find('alice')).toBe(same)
    // Of the same length, and perhaps in the same moment.
    await write(line('alice', 'b'))
    await later()
    expect(users.find('alice')).toBe(hashFor('b'))
    await write(line('bob', 'b'))
    await later()
    expect([users.find('alice'), users.find('bob'), users.count()]).toEqual([undefined, hashFor('b'), 1])
  })

  test('is followed through a link, as Kubernetes mounts a secret', async () => {
    const { folder, path, users, later } = await watched()
    for (const version of ['one', 'two']) {
      await mkdir(join(folder, version))
      await writeFile(join(folder, version, 'htpasswd'), line('alice', version))
    }
    await symlink('one/htpasswd', path)
    await users.fresh()
    await symlink('two/htpasswd', join(folder, 'new'))
    await rename(join(folder, 'new'), path)
    await later()
    expect(users.find('alice')).toBe(hashFor('two'))
  })

  test('that is gone leaves those who were known, which is said once; when it is back, it counts', async () => {
    const { path, users, warnings, later, write } = await watched()
    await write(line('alice', 'a'))
    await users.fresh()
    await rm(path)
    await later()
    await later()
    expect(users.find('alice')).toBe(hashFor('a'))
    expect(warnings).toEqual([expect.stringMatching(/htpasswd cannot be read; the users who were known stay$/)])
    await write(line('bob', 'b'))
    // The time that failed looks are apart has passed; this one happens beside the request.
    await later()
    await expect.poll(() => users.find('bob')).toBe(hashFor('b'))
    expect(users.find('alice')).toBeUndefined()
  })

  test('that is not there yet has no users, and is read when it comes', async () => {
    const { users, warnings, later, write } = await watched()
    await users.fresh()
    expect([users.count(), warnings]).toEqual([0, []])
    await write(line('alice', 'a'))
    await later()
    expect(users.count()).toBe(1)
  })

  test('says what in it is of no use, with its place', async () => {
    const { path, users, warnings, write } = await watched()
    await write(`${line('alice', 'a')}bob:{SHA}x\n`)
    await users.fresh()
    expect(warnings).toEqual([expect.stringContaining(`${path}: line 2: bob cannot sign in`)])
  })

  test('knows its slowest hash', async () => {
    const { users, later, write } = await watched()
    await write(`a:${hashFor('a', '05')}\nb:${hashFor('b', '12')}\n`)
    await users.fresh()
    expect(users.slowest()).toBe(12)
    await write('')
    await later()
    expect(users.slowest()).toBe(0)
  })
})
