import { describe, expect, test } from 'vitest'
import { dockerEnvironment, synthesize, template } from './synthesize.ts'

const bucket = "storage: {driver: s3, bucket: images, region: r, endpoint: 'https://s3.example.com'}\n"

/** The two stacks of an environment with this text. */
function stacksOf(text: string) {
  const { stack } = synthesize([dockerEnvironment('try', bucket + text)])
  return { app: stack('registry-try'), data: stack('registry-try-data') }
}

const domain = template('var.domain')

describe('by Let’s Encrypt', () => {
  const stacks = () => stacksOf('domain: registry.example.com\ncertificate: {by: letsencrypt, email: me@example.com}')

  test('the registry is told the name, and reached at 443 and 80 of every address', () => {
    const container = stacks().app.resource.docker_container?.registry ?? {}

    expect(container.env).toContain(`REGISTRY_HTTP_TLS_LETSENCRYPT_HOSTS=["${domain}"]`)
    expect(container.env).toContainEqual(expect.stringContaining('"redirect":{"addr":":5080"}'))
    expect(container.env).toContainEqual(expect.stringContaining('"email":"me@example.com"'))
    expect(container.ports).toEqual([
      { internal: 5000, external: 443, ip: '0.0.0.0', protocol: 'tcp' },
      { internal: 5080, external: 80, ip: '0.0.0.0', protocol: 'tcp' },
    ])
  })

  test('the outputs name it', () => {
    const { output } = stacks().app

    expect(output).toMatchObject({
      url: { value: `https://${domain}` },
      login_command: { value: `docker login ${domain} --username docker` },
      password_command: { value: 'terraform -chdir=cdktf.out/stacks/registry-try-data output -raw password' },
      certificate_renewal: { value: expect.stringContaining('renews it by itself') },
    })
  })
})

test('by files, the folder is mounted whole and read-only, and the group may read it', () => {
  const { app } = stacksOf('domain: registry.example.com\ncertificate: {by: files, group: 33}')
  const container = app.resource.docker_container?.registry ?? {}

  expect(container.env).toContain(`REGISTRY_HTTP_TLS_CERTIFICATE=/usr/local/share/letsencrypt/live/${domain}/fullchain.pem`)
  expect(container.env).toContain(`REGISTRY_HTTP_TLS_KEY=/usr/local/share/letsencrypt/live/${domain}/privkey.pem`)
  expect(container.volumes).toContainEqual({
    host_path: '/usr/local/share/letsencrypt',
    container_path: '/usr/local/share/letsencrypt',
    read_only: true,
  })
  expect(container.group_add).toEqual(['33'])
})

describe('self-signed', () => {
  const stacks = () => stacksOf('domain: registry.lan\ncertificate: {by: self-signed}\nhost: {port: 5443}')

  test('the data stack has the authority, under addresses that stay', () => {
    const { resource, output } = stacks().data

    expect(Object.entries(resource).flatMap(([type, made]) => Object.keys(made).map(name => `${type}.${name}`))).toEqual(
      expect.arrayContaining([
        'tls_private_key.authority',
        'tls_self_signed_cert.authority',
        'tls_private_key.registry',
        'tls_cert_request.registry',
        'tls_locally_signed_cert.registry',
      ]),
    )
    expect(output.tls_key?.sensitive).toBe(true)
  })

  test('the registry reads certificate and key from files', () => {
    const { app } = stacks()

    expect(app.resource.docker_container?.registry?.env).toContainEqual(
      expect.stringContaining('"tls":{"certificate":"/run/registry/tls.crt","key":"/run/registry/tls.key"}'),
    )
    expect(app.resource.docker_container?.secrets?.upload).toContainEqual({
      file: '/run/registry/tls.key',
      content: template('sensitive(data.terraform_remote_state.registry-try-data.outputs.tls_key)'),
      permissions: '0444',
    })
  })

  test('a person is told how an engine trusts it', () => {
    expect(stacks().app.output.trust_command?.value).toBe(
      `sudo mkdir -p /etc/docker/certs.d/${domain}:5443 && terraform -chdir=cdktf.out/stacks/registry-try-data output -raw certificate_authority | sudo tee /etc/docker/certs.d/${domain}:5443/ca.crt`,
    )
  })
})

describe('behind a proxy', () => {
  const behind = (proxy: string) =>
    stacksOf(`domain: registry.example.com\ncertificate: {by: proxy, proxy: ${proxy}, network: web, email: me@example.com}`)

  test('nginx-proxy and its companion find it by variables', () => {
    const container = behind('nginx-proxy').app.resource.docker_container?.registry ?? {}

    expect(container.env).toEqual(
      expect.arrayContaining([
        `VIRTUAL_HOST=${domain}`,
        'VIRTUAL_PORT=5000',
        `LETSENCRYPT_HOST=${domain}`,
        'LETSENCRYPT_EMAIL=me@example.com',
        `REGISTRY_HTTP_HOST=https://${domain}`,
      ]),
    )
    expect([container.ports, container.network_mode]).toEqual([[], 'web'])
  })

  test('Traefik finds it by labels', () => {
    expect(behind('traefik').app.resource.docker_container?.registry?.labels).toEqual(
      expect.arrayContaining([
        { label: 'traefik.enable', value: 'true' },
        { label: 'traefik.http.routers.registry-try.rule', value: `Host(\`${domain}\`)` },
        { label: 'traefik.http.routers.registry-try.entrypoints', value: 'websecure' },
        { label: 'traefik.http.routers.registry-try.tls.certresolver', value: 'letsencrypt' },
        { label: 'traefik.http.services.registry-try.loadbalancer.server.port', value: '5000' },
        { label: 'traefik.docker.network', value: 'web' },
      ]),
    )
  })

  test('another finds it on this machine alone', () => {
    expect(behind('other').app.resource.docker_container?.registry?.ports).toEqual([
      { internal: 5000, external: 5000, ip: '127.0.0.1', protocol: 'tcp' },
    ])
  })
})

describe('the first user', () => {
  test('has a password of the data stack, made or given', () => {
    const { data } = stacksOf('auth: {by: password, user: builder}')

    expect(data.resource.random_password).toMatchObject({ first_user: { length: 32, special: false } })
    expect(data.variable?.registry_password).toMatchObject({ default: '', sensitive: true })
    expect(data.output.password).toMatchObject({
      sensitive: true,
      value: template('var.registry_password == "" ? random_password.first_user.result : var.registry_password'),
    })
  })

  test('gets tokens where the file says so', () => {
    const { app } = stacksOf('auth: {by: tokens, user: builder}')
    const { env } = app.resource.docker_container?.registry ?? {}

    expect(env).toContain('REGISTRY_AUTH_LOCAL_USERNAME=builder')
    expect(env).toContain('REGISTRY_AUTH_LOCAL_PASSWORD_FILE=/run/registry/password')
    expect(env).toContain('REGISTRY_AUTH={"local":{}}')
  })

  test('is known to the registry, whose password is in a file', () => {
    const { app } = stacksOf('auth: {by: password, user: builder}')
    const { env, volumes } = app.resource.docker_container?.registry ?? {}

    expect(env).toContain('REGISTRY_AUTH_HTPASSWD_USERNAME=builder')
    expect(env).toContain('REGISTRY_AUTH_HTPASSWD_PASSWORD_FILE=/run/registry/password')
    expect(env).toContain('REGISTRY_AUTH={"htpasswd":{"realm":"Registry"}}')
    expect(volumes).toContainEqual({
      container_path: '/run/registry',
      volume_name: template('docker_volume.secrets.name'),
      read_only: true,
    })
  })

  test('is nobody where only this machine reaches it', () => {
    const { app, data } = stacksOf('')

    expect(data.resource).not.toHaveProperty('random_password')
    expect(app.output).not.toHaveProperty('login_command')
    expect(JSON.stringify(app)).not.toContain('outputs.password')
  })
})

describe('the engine', () => {
  const provider = (text: string) => stacksOf(text).app.provider?.docker

  test('is reached by TLS', () => {
    expect(provider("host: {uri: 'tcp://10.0.0.1:2376', tlsFolder: /certs}")).toEqual([
      { host: 'tcp://10.0.0.1:2376', cert_path: '/certs' },
    ])
  })

  test('is reached by ssh, and a tunnel leads to the registry', () => {
    const text = "host: {uri: 'ssh://me@host:2222', sshOptions: [-i, /key]}"

    expect(provider(text)).toEqual([{ host: 'ssh://me@host:2222', ssh_opts: ['-i', '/key'] }])
    expect(stacksOf(text).app.output.tunnel?.value).toBe('ssh -N -L 5000:localhost:5000 -p 2222 me@host')
  })
})

test('memory and processors are limited', () => {
  const { app } = stacksOf('host: {memoryMiB: 256, cpus: 0.5}')

  expect(app.resource.docker_container?.registry).toMatchObject({ memory: 256, memory_swap: 256, cpus: '0.5' })
})
