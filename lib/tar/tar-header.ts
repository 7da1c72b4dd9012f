/** Archives consist of these. Bytes. */
export const tarBlock = 512
/** What fits eleven octal digits. */
const largestPlain = 0o77777777777

/** One thing in an archive. */
export interface TarThing {
  /** Without a slash before it; a folder's ends with one. */
  readonly path: string
  readonly mode: number
  /** Of user and group. */
  readonly owner: number
}

/**
 * What stands before it in the archive, always the same bytes: nobody's name and no time of day are in it.
 *
 * "ustar", POSIX.1-2017: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
 *
 * @throws RangeError for a name that has no room
 */
export function tarHeader({ path, mode, owner }: TarThing, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path} is too long a name for an archive`)
  const bytes = Buffer.alloc(tarBlock)
  const octal = (value: number, at: number, length: number) => bytes.write(value.toString(8).padStart(length - 1, '0'), at)
  bytes.write(path, 0)
  octal(mode, 100, 8)
  octal(owner, 108, 8)
  octal(owner, 116, 8)
  if (size <= largestPlain) octal(size, 124, 12)
  else {
    // As GNU writes it, and all read it.
    bytes[124] = 0x80
    bytes.writeBigUInt64BE(BigInt(size), 128)
  }
  octal(0, 136, 12)
  bytes.write(' '.repeat(8), 148)
  bytes.write(path.endsWith('/') ? '5' : '0', 156)
  bytes.write('ustar\x0000', 257)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

/** What follows its content, so that the next one begins with a block. */
export const tarPadding = (size: number): Buffer => Buffer.alloc((tarBlock - (size % tarBlock)) % tarBlock)
