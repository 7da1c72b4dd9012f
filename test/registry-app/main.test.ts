import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
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
  for (const word of ['serve', 'healthcheck', 'config', 'REGISTRY_CONFIGURATION_PATH', 'REGISTRY_HTTP_ADDR']) expect(stdout).toContain(word)
})

test('a command that nobody knows is answered with where they are listed', async () => {
  const { stderr } = await ended(await start(['nonsense']))
  expect(stderr).toMatch(/^error: unknown command 'nonsense'\n\(registry\.mjs --help lists the commands/)
})

test.each([[[]], [['nonsense']], [['serve', '--nonsense']]])('%j is refused, and exits 1', async given => {
  const { code, stdout, stderr } = await ended(await start(given))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).not.toBe('')
  expect(stderr).not.toMatch(stack)
})

test('an older Node.js is told which one is needed', async () => {
  const older = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' })`
  const { code, stderr } = await ended(
    await start(['serve'], { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(older)}` }),
  )
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'registry.mjs needs Node.js 22 or later, and this is 20.20.2\n' })
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

  test.each(['serve', 'healthcheck', 'config'])('exits 1 where the file is not there: %s', async command => {
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

describe('config --check', () => {
  const text = 'version: 0.1\nlog:\n  reportcaller: yes\nstorage:\n  s3: {bucket: b, region: eu-west-1, accesskey: a, secretkey: hunter2}\n'

  test('prints what the configuration comes to, without secrets, warns of what has no effect, and exits 0', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'config.yml'), text)
    await writeFile(join(folder, 'secret'), 'hunter2\n')
    const environment = { REGISTRY_HTTP_SECRET_FILE: 'secret', REGISTRY_HTTP_DRAINTIMEOUT: '90s' }
    const { code, stdout, stderr } = await ended(await start(['config', '--check', 'config.yml'], environment, folder))
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^warning: config\.yml:3:17: log\.reportcaller: has no effect: .*\n$/),
    })
    const lines = [
      '    bucket: b # config.yml:5',
      '    secretkey: "***" # config.yml:5',
      '  secret: "***" # secret',
      '  draintimeout: 1m30s # REGISTRY_HTTP_DRAINTIMEOUT',
      '  addr: :5000',
    ]
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(lines))
    expect(stdout + stderr).not.toContain('hunter2')
  })

  test('takes its own answer for a file', async () => {
    const first = await ended(await start(['config', '--json'], { REGISTRY_CONFIGURATION: text }))
    const yaml = await ended(await start(['config'], { REGISTRY_CONFIGURATION: text }))
    const second = await ended(await start(['config', '--json'], { REGISTRY_CONFIGURATION: yaml.stdout }))
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout))
    expect(JSON.parse(first.stdout)).toMatchObject({ storage: { s3: { bucket: 'b', secretkey: '***', retrytime: '30s' } } })
  })

  test('exits 1 with every complaint at once, with its line and column, and prints nothing else', async () => {
    const environment = { REGISTRY_CONFIGURATION: 'storage: inmemory\nhttp:\n  adr: x\n  net: udp\n', REGISTRY_PROXY_REMOTEURL: 'x' }
    const { code, stdout, stderr } = await ended(await start(['config', '--check'], environment))
    expect({ code, stdout, lines: stderr.trimEnd().split('\n  ') }).toEqual({
      code: 1,
      stdout: '',
      lines: [
        'the configuration has 3 mistakes:',
        expect.stringContaining('REGISTRY_CONFIGURATION:3:3: http.adr: unknown key'),
        expect.stringContaining('REGISTRY_CONFIGURATION:4:8: http.net: must be one of tcp, unix'),
        expect.stringContaining('REGISTRY_PROXY_REMOTEURL: proxy.remoteurl: '),
      ],
    })
  })
})

describe('maintain', () => {
  test('collects garbage by itself, beside nobody, until it is told to end', async () => {
    const folder = await temporaryFolder()
    const garbagecollect = '{enabled: true, schedule: 1s, grace: 12s, viewage: 1s, batchtime: 2s, margin: 1s}'
    const text = `storage: {filesystem: {rootdirectory: data}, maintenance: {garbagecollect: ${garbagecollect}}}\n`
    const command = run({ arguments: ['maintain'], folder, environment: { REGISTRY_CONFIGURATION: text } })
    await command.until(/garbage collected/)
    command.kill('SIGTERM')
    expect(await command.exit).toBe(0)
  })

  test.each([
    ['storage: {filesystem: {rootdirectory: data}}', 'there is nothing to do'],
    ['storage: {inmemory: {}, maintenance: {garbagecollect: {enabled: true}}}', 'cannot be maintained from here'],
    [
      'storage: {filesystem: {rootdirectory: data}, maintenance: {scrub: {enabled: true}, readonly: {enabled: true}}}',
      'nothing is to be written',
    ],
  ])('of %s is refused, and exits 1', async (text, reason) => {
    const { code, stderr } = await ended(await start(['maintain'], { REGISTRY_CONFIGURATION: `${text}\n` }))
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(reason) })
    expect(stderr).toMatch(/\nsee docs\/garbage-collection\.md, docs\/operations\.md\n$/)
    expect(stderr).not.toMatch(stack)
  })
})

describe('what cannot be done is told, with the page that leads through it', () => {
  const onFiles = 'storage: {filesystem: {rootdirectory: data}}'
  const readOnly = 'storage: {filesystem: {rootdirectory: data}, maintenance: {readonly: {enabled: true}}}'

  test.each([
    ['garbage-collect', [], readOnly, 'While nobody writes, collect with --exclusive\nsee docs/garbage-collection.md\n'],
    ['retention', [], readOnly, 'nothing is to be written\nsee docs/policies.md\n'],
    ['restore', ['team/app:v1'], onFiles, 'or the time to restore it is over\nsee docs/policies.md\n'],
    ['restore', ['team/app:v1'], 'storage: inmemory', 'what another process keeps in its memory\nsee docs/policies.md\n'],
    ['restore', [], onFiles, '--list shows what can be\nsee docs/policies.md\n'],
  ])('by %s %j', async (command, words, text, said) => {
    const { code, stderr } = await ended(await start([command, ...words], { REGISTRY_CONFIGURATION: `${text}\n` }))
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(new RegExp(`${said.replaceAll('.', '\\.')}$`)) })
    expect(stderr).not.toMatch(stack)
  })
})

describe('check', () => {
  test('of an empty storage finds nothing wrong; of an image that is not there, says so and exits 1', async () => {
    const folder = await temporaryFolder()
    const environment = { REGISTRY_CONFIGURATION: 'storage: {filesystem: {rootdirectory: data}}\n' }
    expect(await ended(await start(['check'], environment, folder))).toEqual({
      code: 0,
      stdout: '0 repositories, 0 manifests, 0 blobs: 0 problems\n',
      stderr: '',
    })
    await writeFile(join(folder, 'config.yml'), 'version: 0.1\nstorage: {filesystem: {rootdirectory: data}}\n')
    const { code, stderr } = await ended(await start(['check', 'config.yml', 'team/app:v1'], {}, folder))
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'there is no repository team/app in this storage\nsee docs/operations.md\n' })
  })

  test.each(['team/app', 'team/app:v1'])('takes %s for an image where a variable has the configuration, as in a container', async image => {
    const environment = { REGISTRY_CONFIGURATION: 'storage: {filesystem: {rootdirectory: data}}\n' }
    const { code, stderr } = await ended(await start(['check', image], environment))
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'there is no repository team/app in this storage\nsee docs/operations.md\n' })
  })
})

test('a command that failed ends at once, though connections to the store would stay open', async () => {
  const refusal = '<Error><Code>SignatureDoesNotMatch</Code></Error>'
  const store = createServer({ keepAliveTimeout: 60_000 }, (_, answer) =>
    answer.writeHead(403, { 'content-length': refusal.length }).end(refusal),
  )
  await once(store.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void store.close())
  const { port } = z.object({ port: z.number() }).parse(store.address())
  const s3 = `{bucket: b, region: r, regionendpoint: 'http://127.0.0.1:${port}', accesskey: a, secretkey: b}`
  const environment = { REGISTRY_CONFIGURATION: `storage: {s3: ${s3}}\nhttp: {addr: 'localhost:0'}\n` }
  expect(await ended(await start(['serve'], environment))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('SignatureDoesNotMatch'),
  })
}, 10_000)
