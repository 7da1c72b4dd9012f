import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { tar } from '../../../lib/release/tar.ts'

test('the system’s own tar reads it: files of any length, folders, modes and owners', () => {
  const archive = tar([
    { path: 'etc/it/', mode: 0o755, owner: 65532 },
    { path: 'etc/it/config.yml', mode: 0o644, owner: 0, content: Buffer.alloc(512, 'a') },
    { path: 'program', mode: 0o755, owner: 0, content: Buffer.alloc(513, 'b') },
    { path: 'empty', mode: 0o644, owner: 0, content: Buffer.alloc(0) },
  ])
  const list = execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: archive, encoding: 'utf8' })

  expect(
    list
      .trim()
      .split('\n')
      .map(line => line.replace(/\s+/g, ' ').replace(/ \d{4}-.*\d\d:\d\d(:\d\d)? /, ' ')),
  ).toEqual([
    'drwxr-xr-x 65532/65532 0 etc/it/',
    '-rw-r--r-- 0/0 512 etc/it/config.yml',
    '-rwxr-xr-x 0/0 513 program',
    '-rw-r--r-- 0/0 0 empty',
  ])
  expect(execFileSync('tar', ['-xOf', '-', 'program'], { input: archive, encoding: 'utf8' })).toBe('b'.repeat(513))
})

test('a name that has no room is refused', () => {
  expect(() => tar([{ path: 'a'.repeat(101), mode: 0o644, owner: 0 }])).toThrow(/is too long/)
})
