import { expect, test } from 'vitest'
import { mediaTypes } from '../../registry-app/src/registry/media-types.ts'
import { softwareBill } from '../../scripts/build/software-bill.ts'
import { checkAttachedBill } from '../../scripts/release-check/attached-bill.ts'
import { type Loopback, loopback } from '../lib/copy/support/loopback.ts'
import { configType, descriptor, image, pushBlob, pushManifest } from '../registry-app/support/images.ts'

const type = 'application/vnd.cyclonedx+json'
const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`
const packages = [{ name: 'a', version: '1.0.0', license: 'MIT', path: 'node_modules/a' }]
const bill = softwareBill({ version: '0.1.0', code: '', packages, lock: { packages: { 'node_modules/a': { integrity } } } })
const subject = descriptor('an image', mediaTypes.ociManifest)

/** A registry with these bills of one image. */
async function attached(...bills: readonly object[]): Promise<Loopback> {
  const side = await loopback()
  for (const content of bills) {
    const config = await pushBlob(side.registry, 'app', '{}', configType)
    const layer = await pushBlob(side.registry, 'app', JSON.stringify(content))
    await pushManifest(side.registry, 'app', image({ config, layers: [layer], subject, artifactType: type }))
  }
  return side
}

const check = ({ url }: Loopback) =>
  checkAttachedBill(async path => (await fetch(`${url}/v2/app/${path}`, { headers: { accept: '*/*' } })).json(), subject.digest)

test('a bill that is attached is counted', async () => {
  expect(await check(await attached(bill))).toBe(1)
})

test.each([
  ['none', [], /^no bill of materials refers to sha256:/],
  ['two', [bill, { ...bill, version: 2 }], /^more than one bill of materials refers to sha256:/],
  ['one that is something else', [{ ...bill, unknown: true }], /is no CycloneDX 1\.6: /],
  ['one without components', [{ ...bill, components: [], dependencies: [] }], /it names no components/],
])('%s is refused', async (_, bills, sentence) => {
  await expect(check(await attached(...bills))).rejects.toThrow(sentence)
})
