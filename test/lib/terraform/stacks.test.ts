import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stubAppFolder } from '../support/app-folder.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { dockerEnvironment, synthesize, template } from './synthesize.ts'

markSecrets()

const environment = dockerEnvironment(
  'try',
  `storage: {driver: filesystem}
host: {port: 5050}
labels: {team: build}
registry: {log: {fields: {site: 'a \${b} %{c}'}}}
`,
)
// Synthesized in the first test: the marks must be there before.
let once: ReturnType<typeof synthesize> | undefined
const synthesized = () => {
  once ??= synthesize([environment])
  return once
}
const labels = [
  { label: 'team', value: 'build' },
  { label: 'bucket-registry.environment', value: 'try' },
]

describe('the data stack', () => {
  const stack = () => synthesized().stack('registry-try-data')

  test('holds the volume and nothing else, and refuses to destroy it', () => {
    expect(stack().resource).toEqual({
      docker_volume: { images: expect.objectContaining({ name: 'registry-try', labels, lifecycle: { prevent_destroy: true } }) },
    })
    expect(stack().output.volume?.value).toBe('registry-try')
  })

  test('lets it go where the file says so', () => {
    const delible = dockerEnvironment('delible', 'storage: {driver: filesystem, onDestroy: delete}')

    expect(synthesize([delible]).stack('registry-delible-data').resource).toMatchObject({
      docker_volume: { images: { lifecycle: { prevent_destroy: false } } },
    })
  })
})

describe('the app stack', () => {
  const stack = () => synthesized().stack('registry-try')
  const container = () => stack().resource.docker_container?.registry ?? {}
  const image = () => stack().resource.docker_image?.registry ?? {}

  test('holds the image and the container, and nothing that could take images with it', () => {
    expect(Object.keys(stack().resource).toSorted()).toEqual(['docker_container', 'docker_image'])
  })

  test('builds the image from a relative folder on the node_image of the variable', () => {
    expect(stack().variable?.node_image).toMatchObject({ type: 'string', default: 'node:24-slim', nullable: false })
    expect(image()).toMatchObject({
      build: {
        build_args: { NODE_IMAGE: expect.stringMatching(/^\$\{var\.node_image\}$/) },
        context: expect.stringMatching(/^assets\/[\w-]+\/[0-9a-f]{64}$/),
      },
      lifecycle: { create_before_destroy: true },
    })
  })

  test('copies what the Dockerfile copies, and no sources', () => {
    const { build } = image() as { build: { context: string } }
    const folder = join(synthesized().outdir, 'stacks', 'registry-try', build.context)

    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual([
      'Dockerfile',
      'container.yml',
      'dist',
      'dist/registry-copy.mjs',
      'dist/registry-tracing.mjs',
      'dist/registry.mjs',
    ])
    const copied = [...readFileSync(join(folder, 'Dockerfile'), 'utf8').matchAll(/^COPY (?!--from)(\S+)/gm)].map(([, file = '']) => file)
    expect(copied.filter(file => !existsSync(join(folder, file)))).toEqual([])
  })

  test('names the image for its content and the one that it is built on', () => {
    const name = (appFolder: string) => synthesize([environment], appFolder).stack('registry-try').resource.docker_image?.registry?.name

    expect(name(stubAppFolder())).toMatch(/bucket-registry-try.*substr\(sha256\(.*[0-9a-f]{64}.*var\.node_image/)
    expect(name(stubAppFolder())).toBe(name(stubAppFolder()))
    expect(name(stubAppFolder({ bundle: 'another' }))).not.toBe(name(stubAppFolder()))
  })

  test('confines the container', () => {
    expect(container()).toMatchObject({
      read_only: true,
      user: '65532:65532',
      capabilities: { drop: ['ALL'] },
      security_opts: ['no-new-privileges'],
      restart: 'unless-stopped',
    })
    expect(container()).not.toHaveProperty('privileged')
  })

  test('publishes it on loopback only, since it speaks plain HTTP', () => {
    expect(container().ports).toEqual([{ internal: 5000, external: 5050, ip: '127.0.0.1', protocol: 'tcp' }])
    expect(stack().output.url?.value).toBe('http://localhost:5050')
  })

  test('mounts the volume of the data stack by its name', () => {
    expect(container().volumes).toEqual([{ container_path: '/var/lib/registry', volume_name: 'registry-try' }])
  })

  test('writes down what the engine would decide, so that a second plan finds no difference', () => {
    expect(container()).toMatchObject({
      command: ['serve'],
      working_dir: '/',
      log_driver: 'json-file',
      log_opts: { 'max-size': '10m', 'max-file': '3' },
      network_mode: 'bridge',
      labels,
    })
  })

  test('hands the configuration over in variables, in which Terraform finds no templates', () => {
    expect(container().env).toContain('REGISTRY_LOG={"level":"info","formatter":"json","fields":{"site":"a $${b} %%{c}"}}')
    expect(container().env).toContain('REGISTRY_HTTP={"addr":":5000","draintimeout":"20s"}')
  })

  test('waits for the time to drain that the file gives', () => {
    const patient = dockerEnvironment('patient', 'storage: {driver: filesystem}\nregistry: {http: {draintimeout: 5m}}')

    expect(synthesize([patient]).stack('registry-patient').resource.docker_container?.registry).toMatchObject({ stop_timeout: 310 })
  })

  test('is deployed only when the registry says that it is alive, and ends with time to drain', () => {
    expect(container()).toMatchObject({ wait: true, wait_timeout: 120, destroy_grace_seconds: 30, stop_timeout: 30 })
  })
})

describe('both stacks', () => {
  test('keep their states apart, by a path that is the same on every machine', () => {
    for (const name of ['registry-try', 'registry-try-data']) {
      const { path } = synthesized().stack(name).terraform.backend.local as { path: string }
      expect(path).toMatch(new RegExp(`^\\.\\..*/terraform\\.${name}\\.tfstate$`))
    }
  })

  test('hold no secret and no path of this machine', () => {
    const { outdir } = synthesized()
    const files = readdirSync(outdir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    for (const { parentPath, name } of files) {
      const content = readFileSync(join(parentPath, name), 'utf8')
      expect(content, name).not.toContain(mark)
      // The state's path leads from the output to the working directory, which a test keeps apart; cdktf.out lies in it.
      const withoutState = content.replace(/("path": "|path\.module\}\/)[./\w-]*\.tfstate/g, '')
      expect(withoutState, name).not.toContain(process.cwd())
      expect(withoutState, name).not.toContain(outdir)
    }
  })

  test('follow each other: the volume comes first', () => {
    const manifest = JSON.parse(readFileSync(join(synthesized().outdir, 'manifest.json'), 'utf8'))

    expect(manifest.stacks['registry-try'].dependencies).toEqual(['registry-try-data'])
  })

  test('are a pair for each environment', () => {
    const { outdir } = synthesize([environment, dockerEnvironment('more', 'storage: {driver: filesystem}')])

    expect(readdirSync(join(outdir, 'stacks')).toSorted()).toEqual([
      'registry-more',
      'registry-more-data',
      'registry-try',
      'registry-try-data',
    ])
  })
})

test('a missing bundle is explained', () => {
  expect(() => synthesize([environment], stubAppFolder({ bundle: null }))).toThrow(
    /dist\/registry\.mjs is missing in .*: npm run build makes it/,
  )
})

describe('an environment with its images in a bucket', () => {
  const bucketed = dockerEnvironment(
    'bucketed',
    `storage: {driver: s3, provider: minio, endpoint: 'http://minio:9000', region: us-east-1, bucket: images, signingVersion: v2}`,
  )
  const stacks = () => synthesize([bucketed])
  const reference = (variable: string) => `\${var.${variable}}`

  test('has the parameters of the store in both stacks, with defaults from the file, and no key in any of them', () => {
    for (const name of ['registry-bucketed-data', 'registry-bucketed']) {
      expect(stacks().stack(name).variable).toMatchObject({
        s3_bucket: { type: 'string', default: 'images', nullable: false },
        s3_endpoint: { type: 'string', default: 'http://minio:9000' },
        s3_region: { type: 'string', default: 'us-east-1' },
        s3_signing_version: {
          type: 'string',
          default: 'v2',
          validation: [{ condition: expect.stringContaining('contains(["v2", "v4"], var.s3_signing_version)') }],
        },
        s3_force_path_style: { type: 'bool', default: true },
        s3_access_key: { type: 'string', default: '', sensitive: true },
        s3_secret_key: { type: 'string', default: '', sensitive: true },
      })
    }
  })

  test('tells the registry what the parameters say, and mounts nothing', () => {
    const container = stacks().stack('registry-bucketed').resource.docker_container?.registry ?? {}

    expect(container.env).toEqual(
      expect.arrayContaining([
        `REGISTRY_STORAGE_S3_BUCKET=${reference('s3_bucket')}`,
        `REGISTRY_STORAGE_S3_REGION=${reference('s3_region')}`,
        `REGISTRY_STORAGE_S3_REGIONENDPOINT=${reference('s3_endpoint')}`,
        `REGISTRY_STORAGE_S3_SIGNINGVERSION=${reference('s3_signing_version')}`,
        `REGISTRY_STORAGE_S3_FORCEPATHSTYLE=${reference('s3_force_path_style')}`,
      ]),
    )
  })

  test('hands the keys over in files, of which there are none without keys', () => {
    const { resource } = stacks().stack('registry-bucketed')

    expect(resource.docker_container?.registry?.env).toEqual(
      expect.arrayContaining([
        `REGISTRY_STORAGE_S3_ACCESSKEY_FILE=${template('nonsensitive(var.s3_access_key != "") ? "/run/registry/s3-access-key" : ""')}`,
        `REGISTRY_STORAGE_S3_SECRETKEY_FILE=${template('nonsensitive(var.s3_secret_key != "") ? "/run/registry/s3-secret-key" : ""')}`,
      ]),
    )
    expect(resource.docker_container?.registry?.volumes).toEqual([
      { container_path: '/run/registry', volume_name: template('docker_volume.secrets.name'), read_only: true },
    ])
    expect(resource.docker_container?.secrets).toMatchObject({
      start: false,
      must_run: false,
      network_mode: 'none',
      upload: [
        { file: '/run/registry/s3-access-key', content: template('coalesce(var.s3_access_key, "-")'), permissions: '0444' },
        { file: '/run/registry/s3-secret-key', content: template('coalesce(var.s3_secret_key, "-")'), permissions: '0444' },
      ],
    })
  })
})
