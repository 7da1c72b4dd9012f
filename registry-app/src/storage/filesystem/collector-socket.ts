import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { createConnection, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CollectorsPlace } from '../driver.ts'
import { failedWith, mkdirs } from './calls.ts'

/** In the storage's folder; no key begins so. */
export const socketName = '.collector'

/** Whoever holds the other one's socket for gone has replaced it by then. Milliseconds. */
const settling = 300

/**
 * Network file systems, by the magic numbers of statfs(2): a socket on them reaches nobody on another host, and what one host deletes another may still see.
 * NFS, SMB and its forerunners, CIFS, 9P, Ceph, AFS, Coda, GFS2, OCFS2, Lustre, and whatever a program serves (FUSE).
 */
const networks = new Set([
  ...[
    0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x01021997, 0x00c36400, 0x5346414f, 0x73757245, 0x01161970, 0x7461636f, 0x0bd00bd0, 0x65735546,
  ],
])

/**
 * The place of the one process of this host that collects garbage in a folder: it holds a socket in it, which also works between containers that share the
 * volume. What a process that has died left is replaced.
 */
export async function takeCollectorsPlace(root: string): Promise<CollectorsPlace> {
  await mkdirs(root)
  const { type } = await fs.promises.statfs(root)
  if (networks.has(type)) return refused(`${root} is on a file system that other hosts may share`)
  const name = randomUUID()
  const folder = fs.openSync(root, 'r')
  try {
    // An address may have some hundred bytes, and a folder's path more.
    const path = process.platform === 'linux' ? `/proc/self/fd/${folder}/${socketName}` : join(root, socketName)
    const server = await listen(path, name)
    if (!server) return taken(root)
    await sleep(settling)
    if ((await holderOf(path)) !== name) {
      server.close()
      return taken(root)
    }
    return { release: async () => void (await new Promise(resolve => server.close(resolve))) }
  } finally {
    fs.closeSync(folder)
  }
}

const refused = (reason: string): CollectorsPlace => ({ refused: reason, release: async () => {} })
const taken = (root: string): CollectorsPlace => ({ ...refused(`another process collects garbage in ${root}`), taken: true })

/** @returns `undefined` if somebody else listens */
async function listen(path: string, name: string): Promise<Server | undefined> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      return await listening(path, name)
    } catch (error) {
      if (!failedWith(error, 'EADDRINUSE')) throw error
      if ((await holderOf(path)) !== undefined) return undefined
      fs.rmSync(path, { force: true })
    }
  }
  return undefined
}

function listening(path: string, name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => socket.on('error', () => {}).end(name))
    server.unref()
    server.once('error', reject)
    server.listen(path, () => resolve(server))
  })
}

/** Who answers there. @returns `undefined` if nobody does */
function holderOf(path: string): Promise<string | undefined> {
  return new Promise(resolve => {
    let said = ''
    const socket = createConnection(path)
    // One that is there and does not answer may only be slow.
    socket.setTimeout(5000, () => {
      socket.destroy()
      resolve('')
    })
    socket.on('data', piece => {
      said += piece
    })
    socket.on('error', error => resolve(failedWith(error, 'ECONNREFUSED', 'ENOENT') ? undefined : ''))
    socket.on('end', () => resolve(said))
  })
}
