/** The first byte of a TLS connection: a record of type handshake (RFC 8446, section 5.1). */
export const handshakeRecord = 0x16

export interface TlsGreeting {
  readonly serverName: string | undefined
  readonly protocols: readonly string[]
}

/**
 * What a client asks for in its first message (ClientHello, RFC 8446, section 4.1.2): the name, and the protocols it speaks (ALPN).
 *
 * @returns `undefined` while it has not all come; an empty greeting for what cannot be read: OpenSSL shall say what is wrong with it
 */
export function readGreeting(bytes: Buffer): TlsGreeting | undefined {
  const message = handshakeMessage(bytes)
  if (message === undefined) return undefined
  try {
    return greetingOf(message)
  } catch (error) {
    if (error instanceof RangeError) return { serverName: undefined, protocols: [] }
    throw error
  }
}

/** A message may come in several records. */
function handshakeMessage(bytes: Buffer): Buffer | undefined {
  let message: Buffer = Buffer.alloc(0)
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt16BE(at + 3)
    if (bytes[at] !== handshakeRecord || end > bytes.length) break
    message = Buffer.concat([message, bytes.subarray(at + 5, end)])
    at = end
    if (message.length >= 4 && message.length >= 4 + message.readUIntBE(1, 3)) return message.subarray(4)
  }
  return undefined
}

/** @throws RangeError where a length leads beyond the end */
function greetingOf(hello: Buffer): TlsGreeting {
  let serverName: string | undefined
  const protocols: string[] = []
  const cursor = { bytes: hello, at: 2 + 32 }
  vector(cursor, 1)
  vector(cursor, 2)
  vector(cursor, 1)
  const extensions = { bytes: vector(cursor, 2), at: 0 }
  while (extensions.at < extensions.bytes.length) {
    const type = number(extensions, 2)
    const data = { bytes: vector(extensions, 2), at: 0 }
    if (type === serverNameExtension && data.bytes.length > 0) {
      const names = { bytes: vector(data, 2), at: 1 }
      serverName = vector(names, 2).toString('latin1').toLowerCase()
    } else if (type === alpnExtension) {
      const list = { bytes: vector(data, 2), at: 0 }
      while (list.at < list.bytes.length) protocols.push(vector(list, 1).toString('latin1'))
    }
  }
  return { serverName, protocols }
}

const serverNameExtension = 0
const alpnExtension = 16

interface Cursor {
  readonly bytes: Buffer
  at: number
}

function number(cursor: Cursor, size: 1 | 2): number {
  const value = cursor.bytes.readUIntBE(cursor.at, size)
  cursor.at += size
  return value
}

/** What a length of so many bytes stands before. */
function vector(cursor: Cursor, sizeOfLength: 1 | 2): Buffer {
  const length = number(cursor, sizeOfLength)
  const end = cursor.at + length
  if (end > cursor.bytes.length) throw new RangeError('the length leads beyond the end')
  const part = cursor.bytes.subarray(cursor.at, end)
  cursor.at = end
  return part
}
