import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../registry-app/src/config/load-config.ts'
import { refusedKeys } from '../../registry-app/src/config/refused-keys.ts'

const folder = join(import.meta.dirname, '../../examples')
const read = (path: string) => readFileSync(join(folder, path), 'utf8')

interface Compose {
  services: Record<
    string,
    { image: string; volumes?: string[]; ports?: string[]; environment?: Record<string, string>; depends_on?: string[] | object }
  >
  volumes: Record<string, unknown>
}

/** What a person has filled in. */
const filled: Record<string, string> = {
  REGISTRY_NAME: 'registry.example.org',
  ACME_EMAIL: 'somebody@example.org',
  REGISTRY_USER: 'docker',
  REGISTRY_PASSWORD: 'a long password',
  MINIO_USER: 'registry',
  MINIO_PASSWORD: 'another password',
}

/** No image can be pulled where these tests run, so the containers themselves are not started: what is checked is what they are told. */
describe.each(['compose', 'nginx'])('examples/%s', name => {
  const text = read(`${name}/docker-compose.yml`)
  const compose = parse(text) as Compose

  test('asks for nothing that its .env.example does not list', () => {
    const asked = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, variable]) => variable))
    const listed = [...read(`${name}/.env.example`).matchAll(/^(\w+)=/gm)].map(([, variable]) => variable)
    expect([...asked].sort()).toEqual(listed.sort())
  })

  test('mounts files that are there, and volumes that it has', () => {
    const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes.map(volume => volume.split(':')[0] ?? ''))
    expect(mounted.length).toBeGreaterThan(1)
    for (const source of mounted)
      expect(source.startsWith('./') ? existsSync(join(folder, name, source)) : source in compose.volumes).toBe(true)
  })

  test('publishes only ports 80 and 443', () => {
    const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports.map(port => port.split(':')[0]))
    expect(published.sort()).toEqual(['443', '80'])
  })

  test('holds no password', () => {
    expect(text + read(`${name}/config.yml`)).not.toMatch(/(password|secretkey|secret): *["']?[^$?\s"']/i)
    expect(read(`${name}/.env.example`)).toMatch(/^REGISTRY_PASSWORD=$/m)
  })

  // The certificate by ACME needs a version that serves http.tls.
  const served = name !== 'compose' || refusedKeys.every(({ path }) => path !== 'http.tls')
  test.runIf(served)('is read by the registry, with the variables that it sets', () => {
    const variables = Object.entries(compose.services.registry?.environment ?? {}).map(([key, value]) => [
      key,
      value.replace(/\$\{(\w+)[^}]*\}/g, (_, variable) => filled[variable] ?? ''),
    ])
    const { config, warnings } = loadConfig({
      file: { name: `${name}/config.yml`, text: read(`${name}/config.yml`) },
      environment: Object.fromEntries(variables),
    })
    expect(warnings).toEqual([])
    expect(config.auth?.htpasswd).toMatchObject({ username: 'docker', password: 'a long password' })
  })
})
