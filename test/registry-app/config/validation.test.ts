import { describe, expect, test } from 'vitest'
import { load } from './complaints-of.ts'

const validation = (section: string) => load(`storage: inmemory\n${section}`).config.validation

describe('the section validation', () => {
  test('that is absent stays apart from one that is empty', () => {
    expect([validation(''), validation('validation: {}')?.manifests.urls]).toEqual([undefined, { allow: [], deny: [] }])
  })

  test('that has nothing behind it is there, since it then accepts less', () => {
    expect(validation('validation:')).toBeDefined()
  })

  test('keeps its patterns and platforms', () => {
    const text =
      'validation: {manifests: {urls: {allow: ["^https://a/"]}, indexes: {platforms: List, platformlist: [{architecture: amd64, os: linux}]}}}'
    expect(validation(text)).toMatchObject({
      manifests: {
        urls: { allow: ['^https://a/'], deny: [] },
        indexes: { platforms: 'list', platformlist: [{ architecture: 'amd64', os: 'linux' }] },
      },
    })
  })
})
