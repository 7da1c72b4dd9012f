import fs from 'node:fs'
import { promisify } from 'node:util'
import { atOnce } from './at-once.ts'

/*
 * The calls of `node:fs` that the driver needs. Those that only look something up or change a folder are made at once where that is fast
 * (`at-once.ts`); those that move many bytes or wait for the disk always go through the thread pool. All by the callback form, which takes half
 * the time of `node:fs/promises`.
 */
export const open = atOnce<[path: string, flags: string, mode?: number], number>(fs.openSync, promisify(fs.open))
export const mkdir = atOnce<[path: string], void>(
  path => fs.mkdirSync(path),
  path => promisify(fs.mkdir)(path),
)
export const rename = atOnce(fs.renameSync, promisify(fs.rename))
export const link = atOnce(fs.linkSync, promisify(fs.link))
export const unlink = atOnce(fs.unlinkSync, promisify(fs.unlink))
export const unlinkAtOnce = fs.unlinkSync
export const rmdir = atOnce<[path: string], void>(
  path => fs.rmdirSync(path),
  path => promisify(fs.rmdir)(path),
)
export const stat = atOnce<[path: string], fs.Stats>(
  path => fs.statSync(path),
  path => promisify(fs.stat)(path),
)
export const fstat = atOnce<[fd: number], fs.Stats>(
  fd => fs.fstatSync(fd),
  fd => promisify(fs.fstat)(fd),
)
/** With all that are missing above it. */
export const mkdirs = (path: string) => fs.promises.mkdir(path, { recursive: true })
export const fsync = promisify(fs.fsync)
export const fdatasync = promisify(fs.fdatasync)

/** At once: nothing is left to be written by then, and a trip through the thread pool costs ten times the call. */
export const close = fs.closeSync

export function readdir(path: string): Promise<fs.Dirent[]> {
  return new Promise((resolve, reject) => {
    fs.readdir(path, { withFileTypes: true }, (error, entries) => (error ? reject(error) : resolve(entries)))
  })
}

/** Reads into the whole buffer or to the end of the file, whichever comes first. @returns the number of bytes */
export function read(fd: number, buffer: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let done = 0
    const next = () =>
      fs.read(fd, buffer, done, buffer.length - done, position + done, (error, count) => {
        if (error) return reject(error)
        done += count
        if (count === 0 || done === buffer.length) return resolve(done)
        next()
      })
    next()
  })
}

/** Writes all of it at the file's own position. It reaches the kernel's memory, which is quick, not the disk. */
export async function write(fd: number, content: Uint8Array): Promise<void> {
  for (let done = 0; done < content.length; ) done += await writeSome(fd, content, done)
}

const writeSome = atOnce<[fd: number, content: Uint8Array, from: number], number>(
  (fd, content, from) => fs.writeSync(fd, content, from),
  (fd, content, from) =>
    new Promise((resolve, reject) => {
      fs.write(fd, content, from, (error, written) => (error ? reject(error) : resolve(written)))
    }),
)

/** Whether the call failed because of one of these conditions; anything else is thrown on. */
export function failedWith(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** What the absence of an object looks like: a name too long for the file system cannot have been stored either. */
export const isAbsent = (error: unknown) => failedWith(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG')
