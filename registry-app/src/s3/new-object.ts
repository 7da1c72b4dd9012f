import type { HeaderFields } from './bucket.ts'
import type { S3Options } from './options.ts'

/** The headers by which every object is put, copied, or begun in parts. */
export function newObjectHeaders({ storageClass, encryption, acl }: Pick<S3Options, 'storageClass' | 'encryption' | 'acl'>): HeaderFields {
  return {
    // Distribution's, for everything.
    'content-type': 'application/octet-stream',
    ...(storageClass && { 'x-amz-storage-class': storageClass }),
    ...(acl && { 'x-amz-acl': acl }),
    ...encryptionHeaders(encryption),
  }
}

function encryptionHeaders(encryption: S3Options['encryption']): HeaderFields {
  if (!encryption) return {}
  if (encryption === 'AES256') return { 'x-amz-server-side-encryption': 'AES256' }
  return { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': encryption.kmsKeyId }
}
