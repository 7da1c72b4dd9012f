/** The files of an image layout, wherever they are: in a folder, or in an archive. */
export interface LayoutFiles {
  /** For messages. */
  readonly title: string
  /** A small file whole, or `undefined`. @throws Error if it is larger than that */
  read(path: string, limit: number): Promise<Buffer | undefined>
  /** `undefined` if there is none. */
  sizeOf(path: string): Promise<number | undefined>
  /** @throws Error if there is none, with the first piece */
  stream(path: string): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** The same, being written. */
export interface LayoutWriter {
  readonly title: string
  /** What is there already: of an archive, what was written so far. */
  sizeOf(path: string): Promise<number | undefined>
  read(path: string, limit: number): Promise<Buffer | undefined>
  /** The file is there when the body has ended whole. */
  write(path: string, size: number, body: () => AsyncIterable<Uint8Array>): Promise<void>
  /** All of it is there now. Without this, an archive never appears. */
  finish(): Promise<void>
  /** What was begun is given up. */
  abandon(): Promise<void>
}

export async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}
