import { describe, expect, test } from 'vitest'
import { answerHead } from '../../../../registry-app/src/s3/download/answer-head.ts'
import { NoHttp } from '../../../../registry-app/src/s3/download/failures.ts'

const head = (...lines: string[]) => answerHead(lines.join('\r\n'))

test('has a status, and headers by their names in lower case', () => {
  expect(head('HTTP/1.1 206 Partial Content', 'Content-Length: 5', 'ETag:"a"  ', 'x-amz-id:', 'Via: a', 'via: b')).toMatchObject({
    status: 206,
    headers: { 'content-length': '5', etag: '"a"', 'x-amz-id': '', via: ['a', 'b'] },
  })
})

test('a header may have any name', () => {
  expect(Object.keys(head('HTTP/1.1 200', '__proto__: 1', 'constructor: 2').headers)).toEqual(['__proto__', 'constructor'])
})

test.each<[string, string[], number | 'chunk' | 'connection']>([
  ['so many bytes', ['HTTP/1.1 200 OK', 'content-length: 17'], 17],
  ['its last chunk', ['HTTP/1.1 404 Not Found', 'transfer-encoding: Chunked'], 'chunk'],
  ['the connection', ['HTTP/1.1 404 Not Found'], 'connection'],
  ['itself, where there is none', ['HTTP/1.1 304 Not Modified', 'content-length: 17'], 0],
])('a body ends with %s', (_, lines, end) => {
  expect(head(...lines).end).toBe(end)
})

test.each<[string, string[], number]>([
  ['for twenty seconds', ['HTTP/1.1 200 OK'], 20_000],
  ['for a second less than the store says', ['HTTP/1.1 200 OK', 'keep-alive: timeout=5, max=100'], 4000],
  ['not at all, if it says so', ['HTTP/1.1 200 OK', 'connection: Close'], 0],
  ['not at all, if it hardly does', ['HTTP/1.1 200 OK', 'keep-alive: timeout=1'], 0],
  ['not at all, if the store is that old', ['HTTP/1.0 200 OK'], 0],
])('a connection is kept %s', (_, lines, keep) => {
  expect(head(...lines).keep).toBe(keep)
})

describe('is refused', () => {
  test.each<[string, string[]]>([
    ['without a status', ['SSH-2.0-OpenSSH_9.2']],
    ['with another version', ['HTTP/2 200']],
    ['with a line that is no header', ['HTTP/1.1 200 OK', 'nonsense']],
    ['with a space before a colon', ['HTTP/1.1 200 OK', 'content-length : 5']],
    ['with a header over two lines', ['HTTP/1.1 200 OK', 'a: b', ' c: d']],
    ['with half an end of a line in a header', ['HTTP/1.1 200 OK', 'a: b\nc: d']],
    ['with two lengths', ['HTTP/1.1 200 OK', 'content-length: 5', 'content-length: 5']],
    ['with a length that is no number', ['HTTP/1.1 200 OK', 'content-length: -5']],
    ['with a length in two ways', ['HTTP/1.1 200 OK', 'content-length: 5', 'transfer-encoding: chunked']],
    ['with an encoding that nobody asked for', ['HTTP/1.1 200 OK', 'transfer-encoding: gzip, chunked']],
  ])('%s', (_, lines) => {
    expect(() => head(...lines)).toThrow(NoHttp)
  })
})
