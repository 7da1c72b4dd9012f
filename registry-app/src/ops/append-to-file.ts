import { appendFileSync } from 'node:fs'

/**
 * Writes at the end of a file, which is opened anew each time: whoever rotates it may move it away.
 *
 * @param failed is given what could not be written
 * @throws the file system's error, if it cannot be written now
 */
export function appendToFile(path: string, failed: (error: unknown, text: string) => void): (text: string) => void {
  const append = (text: string) => appendFileSync(path, text, { mode: 0o640 })
  append('')
  return text => {
    try {
      append(text)
    } catch (error) {
      failed(error, text)
    }
  }
}
