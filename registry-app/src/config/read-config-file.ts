import { ConfigError } from './complaint.ts'

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
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
    const reason = (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error))
    throw new ConfigError([{ source: path, path: '', message: `the configuration file cannot be read: ${reason}` }], { cause: error })
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'this user may not read it',
}
