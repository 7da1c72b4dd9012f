import { appendToFile } from './append-to-file.ts'
import { createLog, type Log, type LogOptions } from './log.ts'

export interface LogSettings extends Pick<LogOptions, 'level' | 'formatter' | 'fields'> {
  audit: { readonly disabled: boolean; readonly path?: string | undefined }
}

/**
 * The log, and the audit log, which no level silences.
 *
 * @throws Error with the file system's code, if `log.audit.path` cannot be written
 */
export function openLogs({ level, formatter, fields, audit }: LogSettings, write: (text: string) => void): { log: Log; audit?: Log } {
  const now = () => new Date()
  const log = createLog({ level, formatter, fields, now, write })
  if (audit.disabled) return { log }
  const { path } = audit
  const failed = (error: unknown, text: string) => {
    log.error('the audit log cannot be written (log.audit.path): its lines are here', { path, error })
    write(text)
  }
  const append = path === undefined ? write : openFile(path, failed)
  return { log, audit: createLog({ level: 'info', formatter, fields, now, write: append }) }
}

function openFile(path: string, failed: (error: unknown, text: string) => void): (text: string) => void {
  try {
    return appendToFile(path, failed)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    const message = `log.audit.path: the audit log cannot be written: ${error.message}; its folder must exist, and the registry may write there`
    throw Object.assign(new Error(message, { cause: error }), { code: error.code })
  }
}
