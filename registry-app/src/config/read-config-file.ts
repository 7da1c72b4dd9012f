import { ConfigError } from './complaint.ts'
import { whyUnreadable } from './why-unreadable.ts'

/**
 * Reads the configuration file, ready for `loadConfig`.
 *
 * @param readFile such as `path => readFileSync(path, 'utf8')`
 * @throws ConfigError that says why it could not be read
 */
export function readConfigFile(path: string, readFile: (path: string) => string): { name: string; text: string } {
  try {
    return { name: path, text: readFile(path) }
  } catch (error) {
    const message = `the configuration file cannot be read: ${whyUnreadable(error)}`
    throw new ConfigError([{ source: path, path: '', message }], { cause: error })
  }
}
