import { text } from './values.ts'

/** Lowercase letters of the DNS; others in their xn-- form (RFC 5890). */
export const domain = text(
  'a DNS name in lowercase letters such as registry.example.com, without scheme and port',
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
)
  .optional()
  .meta({ description: 'The name by which clients reach the registry.' })
