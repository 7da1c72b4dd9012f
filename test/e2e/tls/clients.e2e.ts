import { once } from 'node:events'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { beforeAll, expect, it } from 'vitest'
import { writeLayers } from '../clients/layers.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'
import { openssl } from './support/certificates.ts'
import { type SecureRegistry, secureRegistry } from './support/secure-registry.ts'

const [crane, skopeo] = [await tool('crane'), await tool('skopeo')]

/** By Go's own switch. */
const protocols = { 'HTTP/2': {}, 'HTTP/1.1': { GODEBUG: 'http2client=0' } }

suite('clients by HTTPS', [openssl, crane, skopeo], () => {
  let registry: SecureRegistry
  let layers: string[]

  beforeAll(async () => {
    registry = await secureRegistry()
    layers = await writeLayers(join(registry.folder, 'layers'), [5_000_000, 1000, 0])
  })

  it.each(Object.entries(protocols))('crane pushes and pulls by %s', async (protocol, env) => {
    const image = `${registry.server.host}/crane/${protocol.replace(/\W/g, '').toLowerCase()}:v1`
    const trusting = { env: { ...env, SSL_CERT_FILE: registry.authority.file } }
    const added = layers.flatMap(layer => ['--new_layer', layer])
    await run(crane.path, ['append', '--oci-empty-base', ...added, '--new_tag', image], trusting)
    await run(crane.path, ['validate', '--remote', image], trusting)
    const lines = registry.server
      .log()
      .split('\n')
      .filter(line => line.includes(`/v2/crane/${protocol.replace(/\W/g, '').toLowerCase()}/`))
    expect(lines.length).toBeGreaterThan(5)
    for (const line of lines) expect(line).toContain(`http.request.proto=${protocol === 'HTTP/2' ? 'HTTP/2.0' : protocol}`)
  })

  it('skopeo copies an image to it and back', async () => {
    const certificates = ['--src-cert-dir', await onlyAuthority(registry)]
    const image = `docker://${registry.server.host}/crane/http2:v1`
    await run(skopeo.path, ['--insecure-policy', 'copy', ...certificates, image, `dir:${join(registry.folder, 'copied')}`])
  })

  it('a client that does not trust the authority is refused by itself, and the log says how to mend it', async () => {
    await expect(run(crane.path, ['ls', `${registry.server.host}/crane/http2`])).rejects.toThrow(/certificate signed by unknown authority/)
    expect(registry.server.log()).toMatch(/a client does not trust the certificate: give it the authority that signed it/)
  })

  it('certificates are replaced while clients push and pull, and no request fails', async () => {
    const trusting = { SSL_CERT_FILE: registry.authority.file }
    let over = false
    let pushes = 0
    const pushing = async (name: string, env: Record<string, string>) => {
      for (; !over; pushes++) {
        const image = `${registry.server.host}/renewed/${name}:v${pushes}`
        await run(crane.path, ['append', '--oci-empty-base', '--new_layer', layers[0] ?? '', '--new_tag', image], { env })
        await run(crane.path, ['validate', '--remote', image], { env })
      }
    }
    const clients = [pushing('http2', trusting), pushing('http1', { ...trusting, ...protocols['HTTP/1.1'] })]
    for (const name of ['second', 'third', 'fourth']) {
      await registry.renew(name)
      await sleep(3000)
      expect(await nameShown(registry.server.url)).toBe(name)
    }
    over = true
    await Promise.all(clients)
    expect(pushes).toBeGreaterThan(3)
    expect(registry.server.log().match(/a new certificate is served/g)).toHaveLength(3)
    expect(registry.server.log()).not.toMatch(/http\.response\.status=(5|499)/)
  })
})

/** skopeo wants a pair for each key that it finds beside it. */
async function onlyAuthority({ authority, folder }: SecureRegistry) {
  const trusted = join(folder, 'trusted')
  await mkdir(trusted)
  await copyFile(authority.file, join(trusted, 'ca.crt'))
  return trusted
}

/** The subject's common name in the certificate that a new connection is shown. */
async function nameShown(url: string) {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return subject.CN
}
