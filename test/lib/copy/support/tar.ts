/** An entry of an archive, as somebody hostile may write it. */
export interface Entry {
  readonly name: string
  readonly content?: Uint8Array | string
  /** @default `0`, a file */
  readonly type?: string
  readonly link?: string
  /** What the header says in place of the truth. */
  readonly size?: string
}

/** A tar archive of these, with nothing checked. */
export function tar(entries: readonly Entry[], { end = true } = {}): Buffer {
  const parts = entries.flatMap(({ name, content = '', type = '0', link = '', size }) => {
    const body = Buffer.from(content as string)
    const header = Buffer.alloc(512)
    header.write(name, 0, 100)
    header.write('0000644\0', 100)
    header.write(size ?? `${body.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
    header.write('        ', 148)
    header.write(type, 156)
    header.write(link, 157, 100)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return Buffer.concat([...parts, ...(end ? [Buffer.alloc(1024)] : [])])
}

/** A pax header before an entry: `path=…`. */
export function pax(fields: Readonly<Record<string, string>>): Entry {
  const content = Object.entries(fields)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`
      let length = rest.length
      while (String(length).length + rest.length !== length) length = String(length).length + rest.length
      return `${length}${rest}`
    })
    .join('')
  return { name: 'pax', type: 'x', content }
}
