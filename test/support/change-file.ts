import { parseDocument } from 'yaml'

/**
 * An environment's file with other values, everything else as it was.
 *
 * @param changes by the path of each key, `storage.existing`; `undefined` takes it out
 */
export function changeFile(text: string, changes: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(text)
  for (const [path, value] of Object.entries(changes)) {
    if (value === undefined) document.deleteIn(path.split('.'))
    else document.setIn(path.split('.'), value)
  }
  return document.toString()
}

/** The file by which a bucket that was kept is served as it stands: what only its maker can do to it has no use there. */
export const onKeptBucket = (text: string): string =>
  changeFile(text, {
    'storage.existing': true,
    ...Object.fromEntries(
      ['onDestroy', 'encryption', 'kmsKey', 'undoDays', 'tiering', 'replicateTo', 'accessLogs'].map(key => [`storage.${key}`, undefined]),
    ),
  })
