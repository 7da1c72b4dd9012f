/** What OpenSSL makes of an answer in plain text: the first up to 3.1, the second from 3.2 on. Its own words name its source files. */
const codes = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'])

/** Whether a handshake failed because the other side answered in something else, most likely in plain HTTP. */
export const speaksNoTls = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && codes.has(String(cause.code))
