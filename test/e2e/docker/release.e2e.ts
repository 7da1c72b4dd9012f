import { mkdir } from 'node:fs/promises'
import { arch } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { version } from '../../../lib/version.ts'
import { node24 } from '../../../scripts/node24.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { importNodeImage } from '../support/node-image.ts'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { health, type RegistryContainer, runRegistry } from './registry-container.ts'

const base = 'bucket-registry-e2e/release-node:24'
const built = 'bucket-registry-e2e/release-built'

suite('kit release, beside docker build', [dockerEngine], () => {
  let registry: RegistryContainer
  let released: string
  const platform = `linux/${arch() === 'x64' ? 'amd64' : arch()}`

  beforeAll(async () => {
    const node = join(await temporaryFolder(), 'node')
    await mkdir(node)
    await importNodeImage(base, { node: await node24(), folder: node })
    const given = ['--build-arg', `NODE_IMAGE=${base}`, '--build-arg', `VERSION=${version()}`]
    await docker(['build', ...given, '--tag', built, join(root, 'registry-app')])
    registry = await runRegistry(built)
    if ((await health(registry.id)) !== 'healthy') throw new Error('the registry is not healthy')
    await docker(['tag', base, `${registry.host}/node:24`])
    await docker(['push', `${registry.host}/node:24`])
    const words = ['release', `${registry.host}/released`, '--base', `${registry.host}/node:24`, '--platform', platform]
    const said = await run(process.execPath, [join(root, 'bin/kit.ts'), ...words])
    released = /reference: (\S+)$/m.exec(said)?.[1] ?? ''
  })

  afterAll(async () => {
    await registry?.remove()
    await docker(['rmi', '--force', ...(released ? [released] : []), `${registry?.host}/node:24`, built, base])
  })

  it('makes the same image: its configuration, and what it adds to the base', async () => {
    await docker(['pull', released])
    const facts = async (image: string) => JSON.parse(await docker(['image', 'inspect', '--format', '{{json .Config}}', image]))
    const { Image: _, ...expected } = await facts(built)
    // Where a base has none, as the one here, the builder makes one up.
    expected.Env = expected.Env.filter((each: string) => !each.startsWith('PATH='))
    expect(await facts(released)).toMatchObject(Object.fromEntries(Object.entries(expected).filter(([, value]) => value)))

    const files = async (image: string) => {
      const container = await docker(['create', image])
      const archive = join(await temporaryFolder(), 'files.tar')
      await docker(['export', '--output', archive, container])
      await docker(['rm', container])
      const list = await run('tar', ['--numeric-owner', '-tvf', archive])
      // Mode, owner, size and name of what is not the base's.
      return list
        .split('\n')
        .flatMap(
          line =>
            /^(\S+ +\S+ +\d+) .*? (registry.*mjs|etc\/distribution\/.*|var\/lib\/registry\/)$/
              .exec(line)
              ?.slice(1)
              .join(' ')
              .replace(/ +/g, ' ') ?? [],
        )
    }
    expect((await files(released)).toSorted()).toEqual((await files(built)).toSorted())
  })

  it('makes one that runs, and finds itself healthy', async () => {
    const second = await runRegistry(released)
    try {
      expect(await health(second.id)).toBe('healthy')
    } finally {
      await second.remove()
    }
  })
})
