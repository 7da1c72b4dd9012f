import { rename, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import type { PemPair } from '../../../registry-app/src/tls/certificates.ts'
import { certificatesFromFiles } from '../../../registry-app/src/tls/from-files.ts'
import { eventually } from '../http/support/eventually.ts'
import { temporaryFolder } from '../support/folder.ts'
import { authority, first, second } from './support/certificates.ts'

const never = 60_000

async function files({ cert, key }: Partial<PemPair>) {
  const folder = await temporaryFolder()
  const paths = { certificate: join(folder, 'fullchain.pem'), key: join(folder, 'privkey.pem') }
  if (cert !== undefined) await writeFile(paths.certificate, cert)
  if (key !== undefined) await writeFile(paths.key, key)
  return paths
}

async function serving(paths: { certificate: string; key: string }, lookEvery: number) {
  const lines: string[] = []
  const log = createLog({ level: 'debug', formatter: 'text', fields: {}, now: () => new Date(), write: text => lines.push(text) })
  const certificates = await certificatesFromFiles({ ...paths, context: {}, log, lookEvery })
  onTestFinished(certificates.stop)
  const said = () => {
    log.flush()
    return lines.join('')
  }
  return { certificates, said, served: () => certificates.find('registry.test')?.pair }
}

test('is served for every name, and to who gives none', async () => {
  const { certificates } = await serving(await files(first), never)
  for (const name of ['registry.test', 'elsewhere.example', undefined]) expect(certificates.find(name)?.pair).toEqual(first)
})

test('tells its names, its times, who issued it, and its number', async () => {
  const { certificates } = await serving(await files(first), never)
  expect(certificates.all()).toEqual([
    {
      names: ['registry.test', 'localhost', '127.0.0.1'],
      notBefore: expect.any(Date),
      notAfter: expect.any(Date),
      issuer: 'CN=trial authority',
      serial: expect.stringMatching(/^[0-9A-F]+$/),
    },
  ])
  expect(certificates.all()[0]?.notAfter.getUTCFullYear()).toBe(2126)
})

test.each<[string, Partial<PemPair>, RegExp]>([
  ['a file that is not there', { key: first.key }, /^http\.tls\.certificate: .*fullchain\.pem cannot be read: ENOENT/],
  ['a key that is not there', { cert: first.cert }, /^http\.tls\.key: .*privkey\.pem cannot be read: ENOENT/],
  ['a file without a certificate', { cert: first.key, key: first.key }, /fullchain\.pem holds no certificate: it must be PEM/],
  ['half a certificate', { cert: first.cert.slice(0, 300), key: first.key }, /holds no certificate/],
  [
    'a damaged certificate',
    { cert: first.cert.replace('MII', 'AAA'), key: first.key },
    /holds a certificate \(number 1\) that cannot be read/,
  ],
  ['no key', { cert: first.cert, key: first.cert }, /comes with a private key that cannot be read as PEM/],
  ['the key of another', { cert: first.cert, key: second.key }, /does not belong to the private key/],
])('%s is an error at start, which says what to do', async (_, pair, message) => {
  await expect(serving(await files(pair), never)).rejects.toThrow(message)
})

describe('when the files change', () => {
  test('the new certificate is served, and the log says so', async () => {
    const paths = await files(first)
    const { served, said } = await serving(paths, 10)
    await writeFile(paths.key, second.key)
    await writeFile(paths.certificate, second.cert)
    await eventually(served).toEqual(second)
    expect(said()).toMatch(/level=info msg="a new certificate is served" names="registry.test localhost 127.0.0.1" .*serial=/)
  })

  test('so it is when symbolic links are turned, as certbot does', async () => {
    const [one, two] = [await files(first), await files(second)]
    const live = await files({})
    const turn = async (to: typeof one) => {
      for (const name of ['certificate', 'key'] as const) {
        await symlink(to[name], `${live[name]}.new`)
        await rename(`${live[name]}.new`, live[name])
      }
    }
    await turn(one)
    const { served } = await serving(live, 10)
    expect(served()).toEqual(first)
    await turn(two)
    await eventually(served).toEqual(second)
  })

  test('a half-written pair leaves the old one in place, and is tried again', async () => {
    const paths = await files(first)
    const { served, said } = await serving(paths, 10)
    await writeFile(paths.certificate, second.cert)
    await eventually(said).toMatch(
      /level=error msg="the new certificate cannot be used, the old one stays: .*does not belong to the private key/,
    )
    expect(served()).toEqual(first)
    await writeFile(paths.key, second.key)
    await eventually(served).toEqual(second)
  })

  test('what is wrong is said once, however often it is tried', async () => {
    const paths = await files(first)
    const { said, served } = await serving(paths, 5)
    await unlink(paths.certificate)
    await eventually(said).toMatch(/cannot be used/)
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(said().match(/cannot be used/g)).toHaveLength(1)
    expect(served()).toEqual(first)
  })
})

describe('when told to (SIGHUP)', () => {
  test('reads the files at once', async () => {
    const paths = await files(first)
    const { certificates, served } = await serving(paths, never)
    await writeFile(paths.certificate, second.cert + authority)
    await writeFile(paths.key, second.key)
    await certificates.reload()
    expect(served()).toEqual({ cert: second.cert + authority, key: second.key })
  })

  test('says each time what is wrong with them', async () => {
    const paths = await files(first)
    const { certificates, served, said } = await serving(paths, never)
    await writeFile(paths.key, second.key)
    for (const _ of [1, 2]) await certificates.reload()
    expect(said().match(/cannot be used/g)).toHaveLength(2)
    expect(served()).toEqual(first)
  })
})
