import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { beforeAll, describe, expect, it } from 'vitest'
import { composeImage } from '../../../scripts/release-check/compose-image.ts'
import { Skipped } from '../../../scripts/release-check/skipped.ts'
import { pushNodeBase } from '../../lib/support/node-base.ts'
import { root } from '../support/paths.ts'
import { startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { npm } from './npm.ts'

const { version, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const bindings = ['@cdktf/provider-docker', '@cdktf/provider-random', '@cdktf/provider-tls']
const peers = ['aws-cdk-lib', 'constructs', 'cdktf', ...bindings].map(name => `${name}@${devDependencies[name]}`)

it('the image is made for both architectures, by what is released', async () => {
  const base = await startServer({ folder: await temporaryFolder() })
  await pushNodeBase(base.host)
  const said = await composeImage({ root, version, base: `${base.host}/node:24` })
  await base.stop()
  expect(said).toMatch(/^for linux\/amd64 and linux\/arm64, with labels, as a user that is not root: sha256:/)
  await expect(composeImage({ root, version, base: `${base.host}/node:24` })).rejects.toBeInstanceOf(Skipped)
})

/** Below `node_modules`, Node.js would not even strip types: all of this runs what was compiled. */
describe('the package, installed from its tarball', () => {
  let tarball: string
  let folder: string
  const installed = (path: string) => join(folder, 'node_modules/bucket-registry', path)
  const install = (...packages: string[]) =>
    npm(folder, 'install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', ...packages)

  /** Runs a script of the project into which the package was installed. */
  async function script(name: string, source: string, env: Record<string, string> = {}) {
    await writeFile(join(folder, name), source)
    return run(process.execPath, [name], { cwd: folder, env })
  }

  beforeAll(async () => {
    const target = await temporaryFolder()
    await npm(root, 'pack', '--pack-destination', target)
    tarball = join(target, (await readdir(target)).find(name => name.endsWith('.tgz')) ?? '')
    folder = join(target, 'project')
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }))
    await install(tarball)
  })

  it('holds what is needed, and neither sources nor tests', async () => {
    const files = (await run('tar', ['-tzf', tarball])).split('\n').map(path => path.replace(/^package\//, ''))
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/bin/kit.js', 'dist/lib/index.d.ts']))
    expect(files).toEqual(expect.arrayContaining(['environments/local.yml', 'environments/aws-instance.yml']))
    // The pages that its errors and its help name.
    expect(files).toEqual(expect.arrayContaining(['docs/README.md', 'docs/configuration.md', 'docs/deploy-anywhere.md']))
    expect(files.filter(path => path.startsWith('docs/api/'))).toEqual([])
    const built = [
      'dist/THIRD-PARTY-NOTICES.txt',
      'dist/registry.cdx.json',
      'dist/registry.mjs',
      'dist/registry-copy.cdx.json',
      'dist/registry-copy.mjs',
      'dist/registry-tracing.cdx.json',
      'dist/registry-tracing.mjs',
    ]
    const app = ['.dockerignore', 'Dockerfile', 'config.yml', 'container.yml', ...built]
    expect(files.filter(path => path.startsWith('registry-app/')).sort()).toEqual(app.map(path => `registry-app/${path}`).sort())
    expect(files.filter(path => /\.ts$/.test(path) && !/\.d\.ts$/.test(path))).toEqual([])
    expect(files.filter(path => /^(test|scripts|toolchain)\//.test(path))).toEqual([])
  })

  it('brings the command line', async () => {
    expect(await npm(folder, 'exec', '--offline', '--', 'bucket-registry', '--help')).toContain('Usage: npx bucket-registry')
    expect(await npm(folder, 'exec', '--offline', '--', 'bucket-registry', '--version')).toBe(version)
  })

  it('brings the bill of what is in its one file: CycloneDX, with the hash of that file', async () => {
    const bill = await readFile(installed('registry-app/dist/registry.cdx.json'), 'utf8')
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bill)).toBeNull()
    const { metadata, components } = JSON.parse(bill)
    const file = await readFile(installed('registry-app/dist/registry.mjs'))
    expect(metadata.component.hashes).toEqual([{ alg: 'SHA-256', content: createHash('sha256').update(file).digest('hex') }])
    expect(components.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['undici', 'yaml', 'commander']))
  })

  it('brings the doctor, and what it speaks S3 with', async () => {
    // A store that believes nobody: this is about what is installed.
    const server = createServer((_, response) => response.writeHead(403, { server: 'nobody' }).end())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const args = [installed('dist/bin/kit.js'), 'doctor', '--endpoint', endpoint, '--region', 'r', '--bucket', 'b']
    const asked = run(process.execPath, args, { env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' } })
    await expect(asked).rejects.toThrow(/it answers HTTP 403 as nobody.*it takes neither/s)
    server.close()
  })

  it('brings the registry as one file', async () => {
    expect(await run(process.execPath, [installed('registry-app/dist/registry.mjs'), '--version'])).toBe(version)
  })

  it('is imported by an ES module, with neither engine installed', async () => {
    const source = `import { loadEnvironment, version } from 'bucket-registry'
      console.log(version(), loadEnvironment(${JSON.stringify(installed('environments/local.yml'))}).engine)`
    expect(await script('main.mjs', source)).toBe(`${version} cdktf`)
  })

  describe('with both engines installed beside it', () => {
    beforeAll(() => install(...peers))

    it('is required by a CDK app in CommonJS, which synthesizes the stacks', async () => {
      const source = `const { App } = require('aws-cdk-lib')
        const { environmentsFor } = require('bucket-registry')
        const { addEnvironments } = require('bucket-registry/aws')
        const app = new App()
        addEnvironments(app, environmentsFor('cdk', { node: app.node, folder: ${JSON.stringify(installed('environments'))} }))
        console.log(app.synth().stacks.map(stack => stack.stackName).join(' '))`
      const stacks = await script('app.cjs', source, { CDK_OUTDIR: join(folder, 'cdk.out') })
      const shipped = ['aws-fargate', 'aws-instance', 'aws-private'].flatMap(name => [`registry-${name}`, `registry-${name}-data`])
      expect(stacks.split(' ').sort()).toEqual(shipped.sort())
    })

    const importing = (names: string, from: string) => `import { ${names} } from '${from}'`
    const requiring = (names: string, from: string) => `const { ${names} } = require('${from}')`

    describe.each([
      { kind: 'an ES module', end: 'mjs', take: importing },
      { kind: 'CommonJS', end: 'cjs', take: requiring },
    ])('in $kind', ({ end, take }) => {
      it('Registry of bucket-registry/aws is a construct of a stack, which is synthesized', async () => {
        const source = `${take('App, Stack', 'aws-cdk-lib')}
          ${take('HostedZone', 'aws-cdk-lib/aws-route53')}
          ${take('Registry', 'bucket-registry/aws')}
          const app = new App()
          const stack = new Stack(app, 'shop')
          const zoneId = 'Z0123456789ABCDEFGHIJ'
          const hostedZone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: zoneId, zoneName: 'example.com' })
          const registry = new Registry(stack, 'Registry', { domainName: 'registry.example.com', hostedZone })
          const { Resources } = app.synth().getStackByName('shop').template
          console.log(registry.reference('team/app:1'), new Set(Object.values(Resources).map(({ Type }) => Type)).has('AWS::ECS::Service'))`
        const said = await script(`construct.${end}`, source, { CDK_OUTDIR: join(folder, `cdk.out.${end}`) })
        expect(said).toBe('registry.example.com/team/app:1 true')
      })

      it('the stacks of bucket-registry/terraform are synthesized', async () => {
        const source = `${take('App', 'cdktf')}
          ${take('loadEnvironment', 'bucket-registry')}
          ${take('RegistryDataStack, RegistryStack', 'bucket-registry/terraform')}
          const app = new App({ outdir: 'cdktf.out.${end}' })
          const environment = loadEnvironment(${JSON.stringify(installed('environments/local.yml'))})
          const data = new RegistryDataStack(app, 'registry-local-data', { environment })
          new RegistryStack(app, 'registry-local', { environment }).addDependency(data)
          app.synth()`
        await script(`stacks.${end}`, source)
        expect((await readdir(join(folder, `cdktf.out.${end}/stacks`))).toSorted()).toEqual(['registry-local', 'registry-local-data'])
      })
    })

    it('is imported by a cdktf app in an ES module, which synthesizes the stacks', async () => {
      const source = `import { App } from 'cdktf'
        import { environmentsFor } from 'bucket-registry'
        import { addEnvironments } from 'bucket-registry/terraform'
        const app = new App({ outdir: 'cdktf.out' })
        addEnvironments(app, environmentsFor('cdktf', { node: app.node, folder: ${JSON.stringify(installed('environments'))} }))
        app.synth()`
      await script('terraform.mjs', source)
      // Two of each of the environments that are shipped: local, minio, nifcloud, r2, swarm.
      expect(await readdir(join(folder, 'cdktf.out/stacks'))).toHaveLength(10)
    })

    describe.each(['types.mts', 'types.cts'])('from %s', name => {
      const source = (engine: string) => `import { App } from 'aws-cdk-lib'
        import { environmentsFor, version } from 'bucket-registry'
        import { addEnvironments } from 'bucket-registry/aws'
        const app = new App()
        addEnvironments(app, environmentsFor('${engine}', app))
        export const text: string = version()`

      async function check(engine: string) {
        const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, skipLibCheck: true, noEmit: true, types: [] }
        await writeFile(join(folder, name), source(engine))
        await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [name] }))
        await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', folder])
      }

      it('its types are found', async () => {
        await check('cdk')
        await expect(check('no-engine')).rejects.toThrow(/'"no-engine"' is not assignable/)
      })
    })
  })
})
