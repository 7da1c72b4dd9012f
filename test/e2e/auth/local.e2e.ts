import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeLayers } from '../clients/layers.ts'
import { writeOciLayout } from '../clients/oci-layout.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'
import { type Guarded, guardedServer, name, password } from './signed-in.ts'

const cranePath = await tool('crane')
const skopeoPath = await tool('skopeo')
const podmanPath = await tool('podman')

/** Everybody may pull what is public; alice may do everything with it, and with her team's. */
const access = [
  { repositories: ['public/**'], who: ['anonymous'], actions: ['pull', 'catalog'] },
  { name: 'team', repositories: ['public/**', 'team/**'], who: ['group:team'], actions: ['pull', 'push', 'delete', 'catalog'] },
]
const rules = { access, groups: { team: [name] } }

const turnedAway = /unauthorized|authentication required|denied|no basic auth credentials/i

suite('a real Docker engine, before a registry that issues tokens', [dockerEngine], () => {
  let guarded: Guarded
  let images: Record<'public' | 'team' | 'other', string>
  const asUser = (...args: string[]) => docker(args, { env: { DOCKER_CONFIG: join(guarded.folder, 'docker') } })
  const login = (secret: string) => asUser('login', '--username', name, '--password', secret, guarded.server.host)

  beforeAll(async () => {
    guarded = await guardedServer('local', rules)
    const { host } = guarded.server
    images = { public: `${host}/public/app:v1`, team: `${host}/team/app:v1`, other: `${host}/other/app:v1` }
    const layer = join(guarded.folder, 'layer')
    await mkdir(layer)
    await writeFile(join(layer, 'file'), randomBytes(100_000))
    await run('tar', ['-C', layer, '-cf', `${layer}.tar`, '.'])
    for (const image of Object.values(images)) await docker(['import', `${layer}.tar`, image])
  })

  afterAll(() => docker(['rmi', '--force', ...Object.values(images)]))

  it('pushes nothing without a password, and is told so at login with a wrong one', async () => {
    await expect(asUser('push', images.public)).rejects.toThrow(turnedAway)
    await expect(login('wrong')).rejects.toThrow(/401 Unauthorized|unauthorized|incorrect/i)
  })

  it('logs in, pushes where it may, mounts what is there already, and pulls again', async () => {
    expect(await login(password)).toContain('Login Succeeded')
    await asUser('push', images.team)
    await asUser('push', images.public)
    expect(guarded.server.log()).toMatch(/mount=sha256[^ ]* .*http\.response\.status=201/)
    await docker(['rmi', images.team])
    await asUser('pull', images.team)
  })

  it('is told that it may not, where no rule allows it; which one came near is for the log', async () => {
    await expect(asUser('push', images.other)).rejects.toThrow(turnedAway)
    await expect(asUser('pull', images.other.replace('other', 'nowhere'))).rejects.toThrow(turnedAway)
  })

  it('pulls what is public after logout, and nothing else', async () => {
    await asUser('logout', guarded.server.host)
    await docker(['rmi', images.public])
    await asUser('pull', images.public)
    await docker(['rmi', images.team])
    await expect(asUser('pull', images.team)).rejects.toThrow(turnedAway)
    await expect(asUser('push', images.public)).rejects.toThrow(turnedAway)
  })

  it('leaves no password in the log, and no token', () => {
    expect(guarded.server.log()).not.toMatch(/battery|eyJ/)
  })
})

for (const way of ['local', 'htpasswd'] as const) {
  suite(`crane, before a registry with auth.${way}`, [cranePath], () => {
    let guarded: Guarded
    const crane = (...args: string[]) => run(cranePath.path, args, { env: { DOCKER_CONFIG: join(guarded.folder, 'crane') } })
    const image = (repository: string) => `${guarded.server.host}/${repository}:v1`

    beforeAll(async () => {
      guarded = await guardedServer(way, rules)
    })

    it('pushes, copies, lists and deletes with a password', async () => {
      await crane('auth', 'login', guarded.server.host, '--username', name, '--password', password)
      const layers = await writeLayers(join(guarded.folder, 'layers'), [300_000, 1000, 0])
      await crane('append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', image('team/crane'))
      await crane('validate', '--remote', image('team/crane'))
      await crane('copy', image('team/crane'), image('public/crane'))
      await crane('copy', image('team/crane'), image('team/gone'))
      expect((await crane('catalog', guarded.server.host)).split('\n')).toEqual(['public/crane', 'team/crane', 'team/gone'])
      const digest = await crane('digest', image('team/gone'))
      await crane('delete', `${guarded.server.host}/team/gone@${digest}`)
      await expect(crane('copy', image('team/crane'), image('other/crane'))).rejects.toThrow(/403 Forbidden/)
    })

    it('pulls and lists what is public without one', async () => {
      await crane('auth', 'logout', guarded.server.host)
      await crane('validate', '--remote', image('public/crane'))
      expect(await crane('catalog', guarded.server.host)).toBe('public/crane')
      expect(await crane('ls', `${guarded.server.host}/public/crane`)).toBe('v1')
      await expect(crane('ls', `${guarded.server.host}/team/crane`)).rejects.toThrow('UNAUTHORIZED')
      await expect(crane('ls', `${guarded.server.host}/team/nowhere`)).rejects.toThrow('UNAUTHORIZED')
    })
  })

  suite(`skopeo, before a registry with auth.${way}`, [skopeoPath], () => {
    let guarded: Guarded
    const skopeo = (command: string, ...args: string[]) => run(skopeoPath.path, ['--insecure-policy', command, ...args])
    const creds = (side: 'src' | 'dest', secret: string) => [`--${side}-tls-verify=false`, `--${side}-creds=${name}:${secret}`]

    it('copies with a password, and pulls what is public without one, where there are tokens', async () => {
      guarded = await guardedServer(way, rules)
      const source = join(guarded.folder, 'source')
      await writeOciLayout(source, await writeLayers(join(guarded.folder, 'layers'), [300_000, 2000]), ['amd64', 'arm64'])
      const at = (repository: string) => `docker://${guarded.server.host}/${repository}:all`
      const back = (number: number) => `oci:${join(guarded.folder, `back${number}`)}:all`
      for (const repository of ['team/app', 'public/app']) {
        await skopeo('copy', '--all', ...creds('dest', password), `oci:${source}:all`, at(repository))
      }
      await skopeo('copy', '--all', ...creds('src', password), at('team/app'), back(1))
      const publicly = skopeo('copy', '--all', '--src-tls-verify=false', '--src-no-creds', at('public/app'), back(2))
      await (way === 'local' ? publicly : expect(publicly).rejects.toThrow(turnedAway))
      const toTeam = skopeo('copy', '--all', ...creds('dest', 'wrong'), `oci:${source}:all`, at('team/app'))
      await expect(toTeam).rejects.toThrow(turnedAway)
      await expect(skopeo('copy', '--all', '--src-tls-verify=false', '--src-no-creds', at('team/app'), back(3))).rejects.toThrow(turnedAway)
    })
  })

  suite(`podman, before a registry with auth.${way}`, [podmanPath], () => {
    let guarded: Guarded
    let runroot: string
    const podman = (...args: string[]) =>
      run(podmanPath.path, ['--root', join(guarded.folder, 'root'), '--runroot', runroot, '--storage-driver=vfs', ...args], {
        env: { REGISTRY_AUTH_FILE: join(guarded.folder, 'auth.json') },
      })

    beforeAll(async () => {
      guarded = await guardedServer(way, rules)
      // The path of its sockets must be short.
      runroot = await mkdtemp('/tmp/podman-')
    })
    afterAll(() => rm(runroot, { recursive: true, force: true }))

    it('logs in, pushes and pulls; after logout it pulls what is public, where there are tokens', async () => {
      const { host } = guarded.server
      const [layer = ''] = await writeLayers(join(guarded.folder, 'layers'), [300_000])
      const login = (secret: string) => podman('login', '--tls-verify=false', '--username', name, '--password', secret, host)
      await expect(login('wrong')).rejects.toThrow(/invalid username\/password/)
      expect(await login(password)).toContain('Login Succeeded')
      for (const repository of ['team', 'public']) {
        await podman('import', layer, `${host}/${repository}/podman:v1`)
        await podman('push', '--tls-verify=false', `${host}/${repository}/podman:v1`)
      }
      await podman('logout', host)
      await podman('rmi', '--all', '--force')
      await login(password)
      await podman('pull', '--tls-verify=false', `${host}/team/podman:v1`)
      await podman('logout', host)
      if (way === 'local') await podman('pull', '--tls-verify=false', `${host}/public/podman:v1`)
      await expect(podman('pull', '--tls-verify=false', `${host}/team/podman:v1`)).rejects.toThrow(turnedAway)
    })
  })
}
