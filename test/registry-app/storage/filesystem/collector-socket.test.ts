import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { socketName, takeCollectorsPlace } from '../../../../registry-app/src/storage/filesystem/collector-socket.ts'
import { keysUnder } from '../../support/bytes.ts'
import { driverOver, temporaryFolder } from '../../support/folder.ts'

test('one of two gets the place, and the other one when it is given back; no list shows the socket', async () => {
  const folder = join(await temporaryFolder(), 'a'.repeat(120))
  await mkdir(folder)
  const first = await takeCollectorsPlace(folder)
  expect(first.refused).toBeUndefined()
  expect(await takeCollectorsPlace(folder)).toMatchObject({ taken: true })
  expect(await keysUnder(driverOver(folder), '')).toEqual([])
  await first.release()
  const second = await takeCollectorsPlace(folder)
  expect(second.refused).toBeUndefined()
  await second.release()
})

test('the socket of a process that was killed is replaced', async () => {
  const folder = await temporaryFolder()
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const path = join(folder, socketName)
  spawnSync(process.execPath, [
    '-e',
    `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ])
  const place = await takeCollectorsPlace(folder)
  expect(place.refused).toBeUndefined()
  await place.release()
})

test('somebody who listens and says another name keeps it', async () => {
  const folder = await temporaryFolder()
  const other = createServer(socket => socket.end('somebody'))
  await new Promise<void>(resolve => other.listen(join(folder, socketName), resolve))
  expect(await takeCollectorsPlace(folder)).toMatchObject({ taken: true })
  other.close()
})
