import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runKit } from '../../../lib/kit.ts'
import { checkImages } from '../../../registry-app/src/commands/check.ts'
import { blobDataPath } from '../../../registry-app/src/registry/paths.ts'
import { bytes, sha256 } from '../../registry-app/support/bytes.ts'
import { driverOver } from '../../registry-app/support/folder.ts'
import { pushImage } from '../../registry-app/support/images.ts'
import { trial } from '../../registry-app/support/registry.ts'
import { piped } from '../support/secret-input.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const environments = temporaryFolder({ 'local.yml': 'engine: cdktf\nstorage: {driver: filesystem}' })
const layer = sha256('a layer')

/** A registry on files with two images, one of which can be damaged. */
async function stocked() {
  const folder = temporaryFolder({})
  const rootdirectory = join(folder, 'data')
  mkdirSync(rootdirectory)
  const driver = driverOver(rootdirectory)
  const { registry } = trial({ driver })
  const { digest } = await pushImage(registry, 'a', 'a layer', { as: 'v1' })
  await pushImage(registry, 'b', 'other', { as: 'v1' })
  const config = join(folder, 'config.yml')
  writeFileSync(config, `version: 0.1\nstorage: {filesystem: {rootdirectory: ${rootdirectory}}}\n`)
  return { driver, digest, config }
}

/** By the kit, and by the registry's own command line. */
async function kit(...args: string[]) {
  let [out, error] = ['', '']
  const code = await runKit(['--environments', environments, 'check', ...args], {
    out: text => (out += text),
    error: text => (error += text),
    variables: {},
    ask: async () => undefined,
    input: piped(),
    signal: new AbortController().signal,
  })
  return { code, out, error }
}

async function app(config: string, image: string | undefined, options: { deep?: boolean; json?: boolean } = {}) {
  const said: string[] = []
  const source = { named: undefined, embedded: '', environment: { REGISTRY_CONFIGURATION: config }, readFile: () => '' }
  const given = { image, deep: false, json: false, ...options, out: (text: string) => void said.push(text), aside: () => {} }
  return { code: await checkImages(source, given), out: said.join('') }
}

describe('kit check', () => {
  test('ends with 0 where every image is whole', async () => {
    const { config } = await stocked()
    const said = { code: 0, out: '2 repositories, 2 manifests, 3 blobs: 0 problems\n', error: '' }
    expect(await kit('--config', config)).toEqual(said)
    expect((await kit('--config', config, '--deep')).out).toBe('2 repositories, 2 manifests, 3 blobs, 14 bytes read: 0 problems\n')
    expect(await kit('a:v1', '--config', config)).toEqual({ ...said, out: '1 repository, 1 manifest, 2 blobs: 0 problems\n' })
  })

  test('ends with 1 where one is not, and says what and where; as JSON, too', async () => {
    const { driver, digest, config } = await stocked()
    await driver.put(blobDataPath(layer), bytes('a Layer'))
    expect((await kit('--config', config)).code).toBe(0)
    const { code, out } = await kit('--config', config, '--deep')
    expect(code).toBe(1)
    expect(out).toContain(`a@${digest} (v1): the blob ${layer} is damaged`)
    const json = await kit('--config', config, '--deep', '--json')
    expect(json.code).toBe(1)
    expect(JSON.parse(json.out)).toMatchObject({
      deep: true,
      repositories: 2,
      problems: [{ repository: 'a', image: digest, tags: ['v1'], object: 'blob', digest: layer, fault: 'damaged' }],
    })
    expect((await kit('b', '--config', config, '--deep')).code).toBe(0)
  })

  test.each([
    [[], 'say where the images are, in one way'],
    [['--environment', 'local'], 'on a volume of its host'],
    [['--environment', 'local'], 'docker exec registry-local node /registry.mjs check'],
    [['Nonsense!', '--config', 'CONFIG'], 'Nonsense! names no image'],
    [['nowhere', '--config', 'CONFIG'], 'there is no repository nowhere'],
  ])('%j is a command line that cannot be read', async (args, reason) => {
    const { config } = await stocked()
    const { code, error } = await kit(...args.map(arg => (arg === 'CONFIG' ? config : arg)))
    expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining(reason) })
  })
})

test('the registry’s own command line says the same', async () => {
  const { driver, digest, config } = await stocked()
  const text = readFileSync(config, 'utf8')
  expect(await app(text, undefined)).toEqual({ code: 0, out: '2 repositories, 2 manifests, 3 blobs: 0 problems\n' })
  await driver.delete([blobDataPath(layer)])
  expect(await app(text, `a@${digest}`)).toEqual({
    code: 1,
    out: `a@${digest} (v1): the blob ${layer} is missing\n1 repository, 1 manifest, 2 blobs: 1 problem\n`,
  })
  await expect(app('version: 0.1\nstorage: inmemory\n', undefined)).rejects.toThrow('cannot be checked from here')
})
