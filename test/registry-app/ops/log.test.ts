import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLog, type LogOptions } from '../../../registry-app/src/ops/log.ts'
import { formats } from '../../../registry-app/src/ops/log-format.ts'

const time = new Date('2026-03-01T12:00:00.123Z')

function logTo(options: Partial<LogOptions> = {}) {
  const writes: string[] = []
  const log = createLog({ level: 'info', formatter: 'text', fields: {}, now: () => time, write: text => writes.push(text), ...options })
  return { log, writes }
}

const text: readonly [sentence: string, value: unknown, shown: string][] = [
  ['a word', 'word', 'word'],
  ['a path', '/v2/a-b/blobs/sha256:0_1.2@3+4', '/v2/a-b/blobs/sha256:0_1.2@3+4'],
  ['a number', 12.5, '12.5'],
  ['a truth', false, 'false'],
  ['null', null, 'null'],
  ['nothing', '', '""'],
  ['a space', 'two words', '"two words"'],
  ['quotes', 'say "x"', '"say \\"x\\""'],
  ['an equals sign', 'a=b', '"a=b"'],
  ['a backslash', 'a\\b', '"a\\\\b"'],
  ['a newline', 'a\nlevel=error', '"a\\nlevel=error"'],
  ['an escape', '\x1b[31m', '"\\u001b[31m"'],
  ['an object', { a: [1] }, '"{\\"a\\":[1]}"'],
]

describe('text', () => {
  test.each(text)('shows %s', (_, value, shown) => {
    expect(formats.text(time, 'warn', 'a message', { value })).toBe(
      `time="2026-03-01T12:00:00.123Z" level=warn msg="a message" value=${shown}`,
    )
  })

  test('leaves out what has no value', () => {
    expect(formats.text(time, 'info', 'm', { none: undefined })).toBe('time="2026-03-01T12:00:00.123Z" level=info msg="m"')
  })

  test('shows an error with its stack and its causes', () => {
    const line = formats.text(time, 'error', 'm', { error: new Error('above', { cause: new Error('below') }) })
    expect(line).toMatch(/error="Error: above\\n .*\\ncaused by: Error: below\\n /)
  })
})

describe('JSON', () => {
  test('json has level, msg and time, whatever the fields are called', () => {
    const line = formats.json(time, 'info', 'm', { level: 'x', msg: 'x', time: 'x', other: 1 })
    expect(JSON.parse(line)).toEqual({ level: 'info', msg: 'm', time: time.toISOString(), other: 1 })
  })

  test('logstash has its own names', () => {
    const line = formats.logstash(time, 'info', 'm', { message: 'x', other: 1 })
    expect(JSON.parse(line)).toEqual({ '@timestamp': time.toISOString(), '@version': '1', level: 'info', message: 'm', other: 1 })
  })

  test.each(['json', 'logstash'] as const)('%s shows an error with its stack and its causes', name => {
    const line = formats[name](time, 'error', 'm', { error: new Error('above', { cause: new Error('below') }) })
    expect(JSON.parse(line).error).toMatch(/^Error: above\n[\s\S]*\ncaused by: Error: below\n/)
  })
})

test.each(['text', 'json', 'logstash'] as const)('%s is one line a record, whatever is in it', name => {
  const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n', 'a\rb', '" level=error msg="x'), fc.jsonValue())
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), anything, (message, value) => {
      const line = formats[name](time, 'info', message, { value, error: new Error(message) })
      expect(line).not.toMatch(/[\r\n]/)
      if (name !== 'text') expect(JSON.parse(line)[name === 'json' ? 'msg' : 'message']).toBe(message)
    }),
    { numRuns: 300 },
  )
})

describe('a log', () => {
  const levels = ['debug', 'info', 'warn', 'error'] as const

  test.each(levels)('of level %s has that and what is above it', level => {
    const { log, writes } = logTo({ level, formatter: 'json' })
    for (const each of levels) log[each](each)
    log.flush()
    expect(
      writes
        .join('')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).msg),
    ).toEqual(levels.slice(levels.indexOf(level)))
  })

  test('has its own fields on every line, and a line its own before them', () => {
    const { log, writes } = logTo({ formatter: 'json', fields: { environment: 'production', own: 'log' } })
    log.info('one')
    log.info('two', { own: 'line' })
    log.flush()
    expect(
      writes
        .join('')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toMatchObject([
      { msg: 'one', environment: 'production', own: 'log' },
      { msg: 'two', environment: 'production', own: 'line' },
    ])
  })

  test('writes once for all that one turn of the event loop says', async () => {
    const { log, writes } = logTo()
    log.info('one')
    await Promise.resolve()
    log.warn('two')
    expect(writes).toEqual([])
    await new Promise(resolve => setImmediate(resolve))
    expect(writes).toEqual([expect.stringMatching(/^time=.* msg="one"\ntime=.* msg="two"\n$/)])
    log.info('three')
    await new Promise(resolve => setImmediate(resolve))
    expect(writes.length).toBe(2)
  })

  test('writes at once what is gathered when it is told to, and nothing twice', async () => {
    const { log, writes } = logTo()
    log.info('one')
    log.flush()
    expect(writes.length).toBe(1)
    log.flush()
    await new Promise(resolve => setImmediate(resolve))
    expect(writes.length).toBe(1)
  })
})
