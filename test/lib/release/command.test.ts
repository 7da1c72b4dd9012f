import { expect, test } from 'vitest'
import { releaseCommand } from '../../../lib/release/command.ts'

test.each([
  ['Not A Name', 'linux/arm64', /Not A Name is not the name of an image/],
  ['r.example.com/a@sha256:'.padEnd(87, '0'), 'linux/arm64', /has a digest, which the image has when it is made/],
  ['r.example.com/a', 'arm64', /arm64 is not a platform such as linux\/arm64/],
])('a command line with %s for %s is refused', async (name, platform, sentence) => {
  const setting = { out: () => {}, error: () => {}, variables: {}, signal: new AbortController().signal }

  await expect(releaseCommand(name, { platform }, setting)).rejects.toThrow(sentence)
})
