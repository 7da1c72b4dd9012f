import type { S3Answer } from './bucket.ts'

/**
 * Whether the answer says what came of the call. Where that may take long, the status says 200 before it is known, and spaces keep the connection alive: they alone
 * say nothing.
 *
 * Source: Amazon S3 API Reference, "CompleteMultipartUpload" and "CopyObject".
 */
export const hasResult = ({ text }: Pick<S3Answer, 'text'>, name: string): boolean =>
  new RegExp(`^\\s*(?:<\\?xml[^>]*>\\s*)?<(?:\\w+:)?${name}[\\s/>]`).test(text)
