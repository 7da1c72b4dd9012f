import { randomBytes } from 'node:crypto'
import type { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { makeRecords } from '../../../lib/terraform/dns/make-records.ts'
import { domainParameter } from '../../../lib/terraform/domain-parameter.ts'
import { App, LocalBackend, TerraformStack } from '../../../lib/terraform/tf.ts'
import { named, startBind } from '../support/bind.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'

const provider = await terraformProvider('hashicorp/dns', '3.6.1')

suite('the records of a domain on a real BIND, by RFC 2136', [named, provider], () => {
  const secret = randomBytes(32).toString('base64')
  let folder: string
  let port: number
  let resolver: Resolver

  /** The records' part of an app stack alone: the host needs an engine, and is tried elsewhere. */
  async function write(addresses: string, keyName = 'registry-key'): Promise<string> {
    const environment = parseEnvironment(
      'try.yml',
      `engine: cdktf
storage: {driver: filesystem}
domain: registry.example.com
dns: {by: rfc2136, server: 127.0.0.1, port: ${port}, zone: example.com, keyName: ${keyName}, ttl: 60, addresses: ${addresses}}`,
    )
    if (environment.engine !== 'cdktf' || environment.dns === undefined) throw new TypeError('it says both')
    const app = new App({ outdir: join(folder, 'out') })
    const stack = new TerraformStack(app, 'records')
    new LocalBackend(stack, { path: state() })
    makeRecords(stack, environment.dns.by, { domain: domainParameter(stack, environment).stringValue, dns: environment.dns })
    app.synth()
    return join(folder, 'out', 'stacks', 'records')
  }

  const state = () => join(folder, 'records.tfstate')

  let variables: Record<string, string> = {}
  const terraform = (cwd: string, ...args: string[]) =>
    run('terraform', args, { cwd, env: { CHECKPOINT_DISABLE: '1', TF_VAR_dns_key_secret: secret, ...variables } })

  async function apply(addresses: string): Promise<string> {
    const cwd = await write(addresses)
    await terraform(cwd, 'init', '-input=false')
    await terraform(cwd, 'apply', '-input=false', '-auto-approve')
    return cwd
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    const bind = await startBind({ secret })
    port = bind.port
    resolver = bind.resolver
  })

  it('are made, A and AAAA, signed with the key of the variable', async () => {
    await apply('[203.0.113.5, "2001:db8::5"]')

    expect(await resolver.resolve4('registry.example.com', { ttl: true })).toEqual([{ address: '203.0.113.5', ttl: 60 }])
    expect(await resolver.resolve6('registry.example.com')).toEqual(['2001:db8::5'])
  })

  it('are what a second plan finds', async () => {
    const cwd = await write('[203.0.113.5, "2001:db8::5"]')

    expect(await terraform(cwd, 'plan', '-input=false', '-no-color', '-detailed-exitcode')).toContain('No changes.')
  })

  it('follow the file', async () => {
    await apply('[203.0.113.7, 203.0.113.8]')

    expect((await resolver.resolve4('registry.example.com')).toSorted()).toEqual(['203.0.113.7', '203.0.113.8'])
    await expect(resolver.resolve6('registry.example.com')).rejects.toThrow('ENODATA')
  })

  it('move with the variable `domain`, within their zone', async () => {
    variables = { TF_VAR_domain: 'images.example.com' }
    await apply('[203.0.113.7]')

    expect(await resolver.resolve4('images.example.com')).toEqual(['203.0.113.7'])
    await expect(resolver.resolve4('registry.example.com')).rejects.toThrow('ENOTFOUND')
    variables = { TF_VAR_domain: 'images.example.org' }
    await expect(apply('[203.0.113.7]')).rejects.toThrow('domain must lie in the zone example.com')
    variables = {}
    await apply('[203.0.113.7, 203.0.113.8]')
  })

  it('are refused without the key', async () => {
    const cwd = await write('[203.0.113.9]', 'another-key')

    await expect(terraform(cwd, 'apply', '-input=false', '-auto-approve')).rejects.toThrow('bad authentication')
  })

  it('leave nothing, and no secret in the state', async () => {
    const cwd = await write('[203.0.113.7, 203.0.113.8]')
    await terraform(cwd, 'destroy', '-input=false', '-auto-approve')

    await expect(resolver.resolve4('registry.example.com')).rejects.toThrow('ENOTFOUND')
    expect(await readFile(`${state()}.backup`, 'utf8')).not.toContain(secret)
  })
})
