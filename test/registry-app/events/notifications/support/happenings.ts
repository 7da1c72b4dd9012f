import type { Circumstances, Happening } from '../../../../../registry-app/src/events/happening.ts'
import { bytes, sha256 } from '../../../support/bytes.ts'
import { encode, name, tag } from '../../../support/images.ts'

export const digest = sha256('x')
export const repository = name('team/app')

export const where: Circumstances = {
  requestId: 'r-1',
  method: 'PUT',
  headers: { host: 'registry.test:5000', 'user-agent': 'docker/29' },
  remoteAddress: '192.0.2.7',
  remotePort: 4711,
  caller: { name: 'mia' },
  urlOf: path => `https://registry.test${path}`,
}

export const manifestPushed: Happening = {
  action: 'push',
  object: 'manifest',
  name: repository,
  digest,
  tag: tag('v1'),
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  size: 400,
  content: encode({ config: { mediaType: 'c', digest, size: 2 }, layers: [{ mediaType: 'l', digest, size: 3 }] }),
}

export const blobPulled: Happening = { action: 'pull', object: 'blob', name: repository, digest, size: bytes('x').length }
export const blobMounted: Happening = { action: 'mount', object: 'blob', name: repository, digest, size: 1, from: name('other') }
export const tagDeleted: Happening = { action: 'delete', object: 'tag', name: repository, tag: tag('v1') }
export const manifestDeleted: Happening = { action: 'delete', object: 'manifest', name: repository, digest }
