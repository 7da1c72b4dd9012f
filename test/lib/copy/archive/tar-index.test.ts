import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readTarIndex } from '../../../../lib/copy/archive/tar-index.ts'
import { tarWriter } from '../../../../lib/copy/archive/tar-writer.ts'
import { once } from '../../../../lib/copy/layout/files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type Entry, pax, tar } from '../support/tar.ts'

const indexOf = (archive: Buffer) => readTarIndex(async (start, length) => archive.subarray(start, start + length), archive.length)

async function contentOf(archive: Buffer, name: string): Promise<string | undefined> {
  const entry = (await indexOf(archive)).find(name)
  return entry && archive.toString('utf8', entry.start, entry.start + entry.size)
}

describe('an archive', () => {
  const long = `${'a/'.repeat(120)}file`
  test.each<[string, readonly Entry[], string, string | undefined]>([
    [
      'has files',
      [
        { name: 'a', content: 'A' },
        { name: 'b', content: 'B' },
      ],
      'b',
      'B',
    ],
    ['may begin names with a dot', [{ name: './a', content: 'A' }], 'a', 'A'],
    [
      'keeps the last of two',
      [
        { name: 'a', content: 'A' },
        { name: 'a', content: 'B' },
      ],
      'a',
      'B',
    ],
    ['has long names, by pax', [pax({ path: long }), { name: 'short', content: 'A' }], long, 'A'],
    [
      'has long names, by GNU',
      [
        { name: '././@LongLink', type: 'L', content: `${long}\0` },
        { name: 'short', content: 'A' },
      ],
      long,
      'A',
    ],
    ['has sizes by pax', [pax({ size: '1' }), { name: 'a', content: 'A', size: '00000000000\0' }], 'a', 'A'],
    ['has sizes in binary', [{ name: 'a', content: 'A', size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' }], 'a', 'A'],
    [
      'has symbolic links, from where they stand',
      [
        { name: 'x/layer.tar', content: 'A' },
        { name: 'y/layer.tar', type: '2', link: '../x/layer.tar' },
      ],
      'y/layer.tar',
      'A',
    ],
    [
      'has hard links, from its top',
      [
        { name: 'x/layer.tar', content: 'A' },
        { name: 'y/layer.tar', type: '1', link: 'x/layer.tar' },
      ],
      'y/layer.tar',
      'A',
    ],
    [
      'has no chains of links',
      [
        { name: 'a', type: '2', link: 'b' },
        { name: 'b', type: '2', link: 'a' },
      ],
      'a',
      undefined,
    ],
    ['has nothing outside itself', [{ name: 'a', type: '2', link: '../../../etc/passwd' }], 'a', undefined],
    ['has no devices', [{ name: 'a', type: '3' }], 'a', undefined],
  ])('%s', async (_, entries, name, content) => {
    expect(await contentOf(tar(entries), name)).toBe(content)
  })

  test.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'it is no tar archive'],
    ['something else', Buffer.alloc(2048, 'x'), 'it is no tar archive, or is damaged'],
    ['zeros', Buffer.alloc(2048), 'it is no tar archive'],
    ['one that is cut off', tar([{ name: 'a', content: 'A'.repeat(5000) }]).subarray(0, 2048), 'it is cut off'],
    ['a size beyond all', tar([{ name: 'a', size: '77777777777\0' }]), 'it is cut off'],
    ['a size beyond counting', tar([{ name: 'a', size: '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }]), 'it is cut off'],
    ['a size that is none', tar([pax({ size: '-1' }), { name: 'a' }]), 'a size that is none'],
    ['a name without end', tar([{ name: 'x', type: 'L', content: 'a'.repeat(100_000) }, { name: 'a' }]), 'a header that is too long'],
    ['a pax header of nonsense', tar([{ name: 'x', type: 'x', content: '0 a=b\n' }, { name: 'a' }]), 'a header that cannot be read'],
  ])('that is %s is refused', async (_, archive, says) => {
    await expect(indexOf(archive)).rejects.toThrow(says)
  })
})

test('what tar writes is read, and what is written, tar reads', async () => {
  const folder = temporaryFolder()
  const name = `${'folder-with-a-long-name/'.repeat(6)}file`
  mkdirSync(join(folder, 'in', name, '..'), { recursive: true })
  writeFileSync(join(folder, 'in', name), 'content')
  for (const format of ['gnu', 'pax', 'ustar']) {
    execFileSync('tar', [`--format=${format}`, '-C', join(folder, 'in'), '-cf', join(folder, `${format}.tar`), '.'])
    expect(await contentOf(readFileSync(join(folder, `${format}.tar`)), name)).toBe('content')
  }

  const writer = await tarWriter(join(folder, 'out.tar'))
  await Promise.all(['a', 'blobs/sha256/b'].map(path => writer.write(path, 1000, () => once(Buffer.alloc(1000, path)))))
  await expect(writer.write('broken', 5, () => once(Buffer.alloc(4)))).rejects.toThrow('broken has 4 bytes, and was to have 5')
  await writer.write('c', 0, () => once(Buffer.alloc(0)))
  await writer.finish()
  expect(execFileSync('tar', ['-tf', join(folder, 'out.tar')]).toString()).toBe('a\nblobs/sha256/b\nc\n')
})
