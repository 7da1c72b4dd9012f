import type { Key } from './driver.ts'

/** What a listing shows for a key: the key itself, or, as S3 folds it, all up to and with the first delimiter after the prefix. */
export function fold(key: Key, prefix: Key, delimiter: string | undefined): Key {
  if (!delimiter) return key
  const at = key.indexOf(delimiter, prefix.length)
  return at === -1 ? key : key.slice(0, at + delimiter.length)
}
