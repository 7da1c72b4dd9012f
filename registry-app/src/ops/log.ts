import { type Fields, formats, type Level } from './log-format.ts'

/*
 * Written here rather than taken from pino: Distribution's default is a text line for people, which pino offers only through a second thread.
 */
export interface Log {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
  /** Writes out what is gathered. For the end of the process. */
  flush(): void
}

export interface LogOptions {
  level: Level
  formatter: keyof typeof formats
  /** On every line (`log.fields`). */
  fields: Fields
  now: () => Date
  write: (text: string) => void
}

const order: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** JSON leaves these as they are, and a terminal obeys them: U+009B begins a command like ESC [ does. A client writes them into its User-Agent. */
const control = /[\x7f-\x9f\u2028\u2029]/g
const visible = (line: string) =>
  line.search(control) === -1 ? line : line.replace(control, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Lines are gathered and written once per turn of the event loop: one system call for all requests that ended in it. */
export function createLog({ level, formatter, fields, now, write }: LogOptions): Log {
  const format = formats[formatter]
  const bare = Object.keys(fields).length === 0
  let lines = ''

  const flush = () => {
    const text = lines
    lines = ''
    if (text !== '') write(text)
  }

  const at = (own: Level) => {
    if (order[own] < order[level]) return () => {}
    return (message: string, more?: Fields) => {
      if (lines === '') setImmediate(flush)
      lines += `${visible(format(now(), own, message, more === undefined ? fields : bare ? more : { ...fields, ...more }))}\n`
    }
  }

  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), flush }
}
