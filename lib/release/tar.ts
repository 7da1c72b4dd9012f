/** One thing in an archive. */
export interface TarEntry {
  /** Without a slash before it; a folder's ends with one. */
  readonly path: string
  readonly mode: number
  readonly owner: number
  readonly content?: Uint8Array
}

/**
 * An archive of a few files, the same bytes each time: nobody's name and no time of day are in it.
 *
 * POSIX.1-1988, "ustar": https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 */
export function tar(entries: readonly TarEntry[]): Buffer {
  const pieces = entries.flatMap(entry => {
    const content = entry.content ?? new Uint8Array()
    return [header(entry, content.length), content, Buffer.alloc((block - (content.length % block)) % block)]
  })
  return Buffer.concat([...pieces, Buffer.alloc(2 * block)])
}

const block = 512

function header({ path, mode, owner }: TarEntry, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path} is too long for an archive`)
  const bytes = Buffer.alloc(block)
  const octal = (value: number, at: number, length: number) => bytes.write(value.toString(8).padStart(length - 1, '0'), at)
  bytes.write(path, 0)
  octal(mode, 100, 8)
  octal(owner, 108, 8)
  octal(owner, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  bytes.write(' '.repeat(8), 148)
  bytes.write(path.endsWith('/') ? '5' : '0', 156)
  bytes.write('ustar\0', 257)
  bytes.write('00', 263)
  const sum = bytes.reduce((sum, byte) => sum + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}
