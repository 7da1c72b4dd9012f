import { describe, expect, test } from 'vitest'
import { complaintsOf, load } from './complaints-of.ts'

describe('storage', () => {
  test.each([
    ['', 'config.yml: storage: is missing'],
    ['# nothing but a comment', 'storage: is missing'],
    ['version: 0.1', 'storage: is missing'],
    ['storage:', 'storage: is missing'],
    ['storage: {delete: {enabled: true}}', 'config.yml:1:1: storage: names no driver'],
    ['storage: {gcs: }', 'storage: names no driver'],
  ])('that is missing is asked for, with an example: %j', (text, complaint) => {
    const complaints = complaintsOf(text)
    expect(complaints[0]).toContain(complaint)
    expect(complaints.join('\n')).toContain('rootdirectory: ./data')
  })

  test('of two drivers is refused, with both places', () => {
    expect(complaintsOf('storage:\n  filesystem: {}\n  inmemory: {}')).toEqual([
      expect.stringContaining('config.yml:3:3: storage: names more than one driver, filesystem (config.yml:2) and inmemory (config.yml:3)'),
    ])
  })

  test('may be the name of a driver alone', () => {
    expect(load('storage: filesystem').config.storage.filesystem?.rootdirectory).toBe('/var/lib/registry')
  })

  test('by the name of a driver that is refused is refused', () => {
    expect(complaintsOf('storage: gcs')).toEqual([expect.stringContaining('storage.gcs: the gcs driver is not supported')])
  })

  test.each([0, 25, 24])('of %d threads has 25, as in Distribution', threads => {
    expect(load(`storage: {filesystem: {maxthreads: ${threads}}}`).config.storage.filesystem?.maxthreads).toBe(25)
  })
})
