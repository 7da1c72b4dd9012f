import { type TarThing, tarBlock, tarHeader, tarPadding } from '../tar/tar-header.ts'

export interface TarEntry extends TarThing {
  readonly content?: Uint8Array
}

/** An archive of a few files, the same bytes each time. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const pieces = entries.flatMap(entry => {
    const content = entry.content ?? new Uint8Array()
    return [tarHeader(entry, content.length), content, tarPadding(content.length)]
  })
  return Buffer.concat([...pieces, Buffer.alloc(2 * tarBlock)])
}
