import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bytes, content, failing, keysUnder, listed, MiB, pieces } from '../../support/bytes.ts'
import { driverOver, temporaryFolder } from '../../support/folder.ts'

const today = new Date('2026-03-01T12:00:00Z')
const minutesAgo = (minutes: number) => new Date(today.getTime() - minutes * 60_000)

/** As a crash leaves them: files in `.incoming` by their names, with their ages in minutes. */
async function leftovers(folder: string, ages: Readonly<Record<string, number>>): Promise<void> {
  await mkdir(join(folder, '.incoming'), { recursive: true })
  for (const [name, age] of Object.entries(ages)) {
    const path = join(folder, '.incoming', name)
    await writeFile(path, 'half an obj')
    await utimes(path, minutesAgo(age), minutesAgo(age))
  }
}

test('what is being written lies in .incoming and nowhere else', async () => {
  const folder = await temporaryFolder()
  const driver = driverOver(folder)
  const body = (async function* () {
    yield* pieces(content(2 * MiB))
    expect(await readdir(folder)).toEqual(['.incoming'])
    expect(await readdir(join(folder, '.incoming'))).toHaveLength(1)
  })()
  await driver.store(body, 'a/b')
  expect(await readdir(join(folder, '.incoming'))).toEqual([])
})

test('a body that throws leaves no file behind', async () => {
  const folder = await temporaryFolder()
  const driver = driverOver(folder)
  await expect(driver.store(failing(content(2 * MiB), 'the client left'), 'a/b')).rejects.toThrow('the client left')
  expect(await readdir(join(folder, '.incoming'))).toEqual([])
})

test('a lost putIfAbsent leaves no file behind', async () => {
  const folder = await temporaryFolder()
  const drivers = [driverOver(folder), driverOver(folder), driverOver(folder)]
  await Promise.all(drivers.map(driver => driver.putIfAbsent?.('lease', bytes('x'))))
  expect(await readdir(join(folder, '.incoming'))).toEqual([])
})

test('a sweep takes away what is older than an hour, and nothing younger', async () => {
  const folder = await temporaryFolder()
  await leftovers(folder, { ancient: 60 * 24 * 365, old: 61, young: 59, new: 0 })
  await driverOver(folder, () => today).sweep?.()
  expect((await readdir(join(folder, '.incoming'))).sort()).toEqual(['new', 'young'])
})

test('a sweep leaves objects alone, however old', async () => {
  const folder = await temporaryFolder()
  const driver = driverOver(folder, () => today)
  await driver.put('a/b', bytes('x'))
  await utimes(join(folder, 'a/b'), minutesAgo(1_000_000), minutesAgo(1_000_000))
  await driver.sweep?.()
  expect(await keysUnder(driver, '')).toEqual(['a/b'])
})

test('a sweep where nothing was ever written does nothing', async () => {
  const folder = join(await temporaryFolder(), 'nothing')
  await driverOver(folder).sweep?.()
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
})

test('many sweeps at once do not disturb one another', async () => {
  const folder = await temporaryFolder()
  await leftovers(folder, Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`old${index}`, 90])))
  await Promise.all(Array.from({ length: 4 }, () => driverOver(folder, () => today).sweep?.()))
  expect(await readdir(join(folder, '.incoming'))).toEqual([])
})

test('leftovers are never listed', async () => {
  const folder = await temporaryFolder()
  await leftovers(folder, { old: 90, young: 1 })
  const driver = driverOver(folder)
  for (const prefix of ['', '.', '.in', '.incoming']) {
    for (const delimiter of [undefined, '/', '/_'] as const) {
      expect(await listed(driver, prefix, { delimiter })).toEqual({ keys: [], prefixes: [] })
    }
  }
})
