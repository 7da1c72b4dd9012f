import { posix } from 'node:path'
import { tarBlock } from '../../tar/tar-header.ts'

/** A file in an archive. */
export interface TarEntry {
  /** Where its bytes begin. */
  readonly start: number
  readonly size: number
}

/** Its files by their names. */
export interface TarIndex {
  /** Also what a link in the archive leads to. */
  find(name: string): TarEntry | undefined
}

/** Reads from the archive. @returns fewer bytes only at its end */
export type ReadAt = (start: number, length: number) => Promise<Buffer>

/** What an archive of images may come to: docker writes some four entries for each layer. */
const mostEntries = 200_000
/** Of a header that extends another one: a name, no more. */
const longestHeader = 64 * 1024

/**
 * Reads the headers of a tar archive (POSIX.1-2017, `pax`; GNU's long names), and passes over what is between them: an archive of 10 GB costs some
 * hundred small reads. Nothing is ever unpacked: names are keys here, and no paths, so that none leads out of the archive; links lead to other names of it.
 *
 * @throws Error for what is no archive, or is cut off
 */
export async function readTarIndex(readAt: ReadAt, size: number): Promise<TarIndex> {
  const files = new Map<string, TarEntry>()
  const links = new Map<string, string>()
  let longer: Readonly<Record<string, string>> = {}
  let count = 0
  let at = 0
  while (at + tarBlock <= size) {
    const header = await readAt(at, tarBlock)
    at += tarBlock
    if (header.every(byte => byte === 0)) break
    if (++count > mostEntries) throw new Error(`it has more than ${mostEntries} entries`)
    const entry = readHeader(header)
    const length = longer.size === undefined ? entry.size : decimal(longer.size)
    const next = at + Math.ceil(length / tarBlock) * tarBlock
    if (!Number.isSafeInteger(next) || next > size + tarBlock || at + length > size) throw new Error('it is cut off')
    if ('xgLK'.includes(entry.type)) {
      if (length > longestHeader) throw new Error('it has a header that is too long')
      if (entry.type !== 'g') longer = { ...longer, ...extension(entry.type, await readAt(at, length)) }
    } else {
      const name = cleaned(longer.path ?? entry.name)
      const target = longer.linkpath ?? entry.link
      if (entry.type === '0') files.set(name, { start: at, size: length })
      // A hard link counts from the top of the archive, a symbolic one from where it stands.
      else if (entry.type === '1') links.set(name, cleaned(target))
      else if (entry.type === '2') links.set(name, cleaned(posix.join(posix.dirname(name), target)))
      longer = {}
    }
    at = next
  }
  if (count === 0) throw new Error('it is no tar archive')
  return {
    find(name) {
      const wanted = cleaned(name)
      // One link, as docker writes them for a layer that two images share; never a chain of them.
      return files.get(wanted) ?? files.get(links.get(wanted) ?? '')
    },
  }
}

const cleaned = (name: string) => posix.normalize(name).replace(/^(\.?\/)+/, '')

interface Header {
  readonly name: string
  readonly size: number
  /** `0` for a file, whatever the age of the archive. */
  readonly type: string
  readonly link: string
}

function readHeader(header: Buffer): Header {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0)
  if (octal(header, 148, 8) !== sum) throw new Error('it is no tar archive, or is damaged')
  const prefix = header.toString('latin1', 257, 262) === 'ustar' && header[263] === 0x30 ? text(header, 345, 155) : ''
  const name = text(header, 0, 100)
  const type = String.fromCharCode(header[156] ?? 0).replace(/[\0 7]/, '0')
  return { name: prefix ? `${prefix}/${name}` : name, size: type === '5' ? 0 : octal(header, 124, 12), type, link: text(header, 157, 100) }
}

function text(header: Buffer, start: number, length: number): string {
  const end = header.indexOf(0, start)
  return header.toString('utf8', start, end === -1 ? start + length : Math.min(end, start + length))
}

/** In octal, or, as GNU writes what is larger than 8 GiB, in binary behind a set bit. */
function octal(header: Buffer, start: number, length: number): number {
  const first = header[start] ?? 0
  if (first & 0x80) return Number(BigInt(`0x${header.toString('hex', start + 1, start + length)}`))
  const digits = text(header, start, length).trim()
  if (!/^[0-7]*$/.test(digits)) throw new Error('it is no tar archive, or is damaged')
  return Number.parseInt(digits || '0', 8)
}

function decimal(digits: string): number {
  if (!/^\d{1,16}$/.test(digits)) throw new Error('it has a size that is none')
  return Number(digits)
}

/** What belongs to the next entry: its name (GNU's), or several such (`pax`: `27 path=some/long/name\n`). */
function extension(type: string, content: Buffer): Record<string, string> {
  const whole = content.toString('utf8')
  if (type === 'L') return { path: whole.replace(/\0.*$/s, '') }
  if (type === 'K') return { linkpath: whole.replace(/\0.*$/s, '') }
  const found: Record<string, string> = {}
  for (let at = 0; at < content.length; ) {
    const [, length = ''] = /^(\d{1,6}) /.exec(content.toString('latin1', at, at + 8)) ?? []
    const record = content.toString('utf8', at + length.length + 1, at + Number(length) - 1)
    const equals = record.indexOf('=')
    if (length === '' || Number(length) <= length.length + 1 || equals === -1) throw new Error('it has a header that cannot be read')
    if (['path', 'linkpath', 'size'].includes(record.slice(0, equals))) found[record.slice(0, equals)] = record.slice(equals + 1)
    at += Number(length)
  }
  return found
}
