export type Level = 'debug' | 'info' | 'warn' | 'error'
export type Fields = Readonly<Record<string, unknown>>
export type Format = (time: Date, level: Level, message: string, fields: Fields) => string

/** Distribution's formatters, so that what reads its logs reads ours. Each gives one line. */
export const formats = {
  /** logfmt: `time="…" level=info msg="…" key=value`. */
  text: (time, level, message, fields) => {
    let line = `time="${time.toISOString()}" level=${level} msg=${JSON.stringify(message)}`
    for (const key in fields) {
      const value = fields[key]
      if (value !== undefined) line += ` ${key}=${typeof value === 'number' ? value : quoted(value)}`
    }
    return line
  },

  json: (time, level, message, fields) => JSON.stringify({ ...plain(fields), level, msg: message, time: time.toISOString() }),

  logstash: (time, level, message, fields) =>
    JSON.stringify({ ...plain(fields), '@timestamp': time.toISOString(), '@version': '1', level, message }),
} as const satisfies Record<string, Format>

function quoted(value: unknown): string {
  const text = textOf(value)
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text)
}

function textOf(value: unknown): string {
  if (value instanceof Error) return describe(value)
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

const plain = (fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? describe(value) : value]))

/** The stack, and those of the causes: what went wrong far below is what helps. */
function describe(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`
  return error.cause instanceof Error ? `${own}\ncaused by: ${describe(error.cause)}` : own
}
