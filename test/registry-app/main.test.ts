import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type RunningCommand, run, sources } from './http/support/child-process.ts'
import { temporaryFolder } from './support/folder.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

async function ended(command: RunningCommand) {
  const code = await command.exit
  return { code, stdout: command.stdout(), stderr: command.stderr() }
}

const start = async (given: readonly string[], environment = {}, folder?: string) =>
  run({ arguments: given, folder: folder ?? (await temporaryFolder()), environment })

/** What Node prints of an error that nobody explained. */
const stack = /^\s+at .*:\d+:\d+\)?$/m

test('--version says which version this is, from the bundle and from the sources', async () => {
  const said = { code: 0, stdout: `${version}\n`, stderr: '' }
  expect(await ended(await start(['--version']))).toEqual(said)
  expect(await ended(run({ arguments: ['--version'], folder: await temporaryFolder(), program: sources }))).toEqual(said)
})

test('--help names the commands, and how to configure it', async () => {
  const { code, stdout } = await ended(await start(['--help']))
  expect(code).toBe(0)
  for (const word of ['serve', 'healthcheck', 'REGISTRY_CONFIGURATION_PATH', 'REGISTRY_HTTP_ADDR']) expect(stdout).toContain(word)
})

test.each([[[]], [['nonsense']], [['serve', '--nonsense']]])('%j is refused, and exits 1', async given => {
  const { code, stdout, stderr } = await ended(await start(given))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).not.toBe('')
  expect(stderr).not.toMatch(stack)
})

describe('a configuration that cannot be used', () => {
  test('exits 1 with every complaint, file and variables, and no stack', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'config.yml'), 'version: 0.1\nlog:\n  level: loud\nstorge: {}\nstorage:\n  inmemory: {}\n')
    const environment = { REGISTRY_HTTP_ADDR: 'nowhere', REGISTRY_HTTP_ADRR: ':5000' }
    const { code, stdout, stderr } = await ended(await start(['serve', 'config.yml'], environment, folder))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    for (const part of ['config.yml:3:10: log.level', 'config.yml:4:1: storge', 'REGISTRY_HTTP_ADDR: http.addr', 'REGISTRY_HTTP_ADRR']) {
      expect(stderr).toContain(part)
    }
    expect(stderr).not.toMatch(stack)
  })

  test.each(['serve', 'healthcheck'])('exits 1 where the file is not there: %s', async command => {
    const { code, stderr } = await ended(await start([command, 'none.yml']))
    expect(code).toBe(1)
    expect(stderr).toContain('none.yml: the configuration file cannot be read: there is no such file')
    expect(stderr).not.toMatch(stack)
  })

  test('exits 1 where REGISTRY_CONFIGURATION_PATH names one that is not there', async () => {
    const { code, stderr } = await ended(await start(['serve'], { REGISTRY_CONFIGURATION_PATH: 'none.yml' }))
    expect(code).toBe(1)
    expect(stderr).toContain('none.yml')
  })
})
