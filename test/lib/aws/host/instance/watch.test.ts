import { execFile, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { packageRoot } from '../../../../../lib/package-root.ts'
import { first } from '../../../../registry-app/tls/support/certificates.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

/** Shows the certificates of who answers since 7.88, and Amazon Linux has 8. */
const [, major = 0, minor = 0] = /^curl (\d+)\.(\d+)/.exec(spawnSync('curl', ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? []
const hasCurl = Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 88)

const script = readFileSync(join(packageRoot(), 'lib/aws/host/instance/registry-host.sh'), 'utf8')

/** What CloudWatch is told when an instance looks after its registry, a metric each. Whether that answers is asked of Docker, which is not here. */
async function watch(ready: string): Promise<string[]> {
  const folder = temporaryFolder()
  const program = (path: string, text: string) => {
    writeFileSync(join(folder, path), text)
    chmodSync(join(folder, path), 0o755)
  }
  mkdirSync(join(folder, 'etc'))
  writeFileSync(join(folder, 'etc/settings'), `REGION=eu-west-1\nMETRIC_NAMESPACE=try\nMETRIC_HOST=one\nREADY=${ready}\n`)
  program('registry-host', script.replace('/etc/bucket-registry', join(folder, 'etc')).replace('/run/bucket-registry', join(folder, 'run')))
  program('docker', '#!/bin/sh\nexit 0\n')
  program('aws', '#!/bin/sh\nprintf "%s\\n" "$@"\n')
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
  const { stdout } = await promisify(execFile)(join(folder, 'registry-host'), ['watch'], { env })
  return stdout.split('\n').filter(line => line.startsWith('MetricName='))
}

const metric = (name: string, value: string) =>
  expect.stringMatching(new RegExp(`^MetricName=${name},Value=${value},Dimensions=\\[{Name=Host,Value=one}\\]$`))

test.skipIf(!hasCurl)(
  'an instance tells how soon its registry answers, and how long the certificate lasts that it shows by its name',
  async () => {
    const asked: unknown[] = []
    const server = createServer(first, (request, response) => {
      asked.push([(request.socket as { servername?: string }).servername, request.url])
      response.writeHead(503).end('the store is away')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const days = Math.floor((Date.parse(new X509Certificate(first.cert).validTo) - Date.now()) / 86_400_000)

    const told = await watch(`https://registry.test:${(server.address() as AddressInfo).port}/readyz`)

    expect(asked).toEqual([['registry.test', '/readyz']])
    expect(told).toEqual([metric('Unhealthy', '0'), metric('Latency', '\\d+\\.\\d+'), metric('CertificateDays', `(${days}|${days - 1})`)])
  },
)

test.skipIf(!hasCurl)('where nobody answers nothing is measured, and the rest is told', async () => {
  expect(await watch('http://localhost:1/readyz')).toEqual([metric('Unhealthy', '0')])
})
