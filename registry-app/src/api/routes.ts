import type { Scope } from '../auth/gate.ts'
import { cancelUpload } from './cancel-upload.ts'
import { checkSupport } from './check-support.ts'
import type { Handler } from './context.ts'
import { deleteBlob } from './delete-blob.ts'
import { deleteManifest } from './delete-manifest.ts'
import { finishUpload } from './finish-upload.ts'
import { getBlob } from './get-blob.ts'
import { getManifest } from './get-manifest.ts'
import { getUpload } from './get-upload.ts'
import { getToken, postToken } from './issue-token.ts'
import { listReferrers } from './list-referrers.ts'
import { listRepositories } from './list-repositories.ts'
import { listTags } from './list-tags.ts'
import { patchUpload } from './patch-upload.ts'
import { putManifest } from './put-manifest.ts'
import { mountSource, startUpload } from './start-upload.ts'
import { deleteRepository } from './ui/delete-repository.ts'
import { discoverExtensions } from './ui/discover-extensions.ts'
import { examineStore } from './ui/examine-store.ts'
import { restoreDeleted, restoreRepository } from './ui/restore-deleted.ts'
import { showBlob } from './ui/show-blob.ts'
import { showDoctor } from './ui/show-doctor.ts'
import { showRepositories } from './ui/show-repositories.ts'
import { showDeletedRepositories, showRestorable } from './ui/show-restorable.ts'
import { showSharing } from './ui/show-sharing.ts'
import { showStorage } from './ui/show-storage.ts'
import { showTags } from './ui/show-tags.ts'

export interface Route {
  readonly method: string
  readonly pattern: string
  readonly handler: Handler
  /** Another repository that a request reads from. */
  readonly source?: (query: URLSearchParams) => string | undefined
  /** The end-point's number in the OCI distribution specification's table, where it has one. */
  readonly endPoint?: string
  /** `open`: whoever asks has not proven yet who he is. */
  readonly scope: Scope | 'open'
  /** What he must be allowed besides. */
  readonly also?: Scope
}

/** Every end-point of the API. HEAD goes where GET goes. `<name>` may have slashes; the others are one component. */
export const routes: readonly Route[] = [
  { method: 'GET', pattern: '/v2/', handler: checkSupport, endPoint: 'end-1', scope: 'none' },
  { method: 'GET', pattern: '/v2/_catalog', handler: listRepositories, scope: 'catalog' },
  { method: 'POST', pattern: '/v2/<name>/blobs/uploads/', handler: startUpload, endPoint: 'end-4', scope: 'push', source: mountSource },
  { method: 'GET', pattern: '/v2/<name>/blobs/uploads/<upload>', handler: getUpload, endPoint: 'end-13', scope: 'push' },
  { method: 'PATCH', pattern: '/v2/<name>/blobs/uploads/<upload>', handler: patchUpload, endPoint: 'end-5', scope: 'push' },
  { method: 'PUT', pattern: '/v2/<name>/blobs/uploads/<upload>', handler: finishUpload, endPoint: 'end-6', scope: 'push' },
  { method: 'DELETE', pattern: '/v2/<name>/blobs/uploads/<upload>', handler: cancelUpload, endPoint: 'end-14', scope: 'push' },
  { method: 'GET', pattern: '/v2/<name>/blobs/<digest>', handler: getBlob, endPoint: 'end-2', scope: 'pull' },
  { method: 'DELETE', pattern: '/v2/<name>/blobs/<digest>', handler: deleteBlob, endPoint: 'end-10', scope: 'delete' },
  { method: 'GET', pattern: '/v2/<name>/manifests/<reference>', handler: getManifest, endPoint: 'end-3', scope: 'pull' },
  { method: 'PUT', pattern: '/v2/<name>/manifests/<reference>', handler: putManifest, endPoint: 'end-7', scope: 'push' },
  { method: 'DELETE', pattern: '/v2/<name>/manifests/<reference>', handler: deleteManifest, endPoint: 'end-9', scope: 'delete' },
  { method: 'GET', pattern: '/v2/<name>/tags/list', handler: listTags, endPoint: 'end-8', scope: 'pull' },
  { method: 'GET', pattern: '/v2/<name>/referrers/<digest>', handler: listReferrers, endPoint: 'end-12', scope: 'pull' },
]

/** Where tokens are to be had, as challenges say it. */
export const tokenPath = '/auth/token'

/** Where the registry has a token server of its own (`auth.local`), these too. */
export const tokenRoutes: readonly Route[] = [
  { method: 'GET', pattern: tokenPath, handler: getToken, scope: 'open' },
  { method: 'POST', pattern: tokenPath, handler: postToken, scope: 'open' },
]

const extension = '_bucket-registry/ui'

/**
 * Where there is a page (`ui`), these too: an extension by the convention of the OCI distribution specification, `/v2/_<extension>/<component>/<module>`
 * (https://github.com/opencontainers/distribution-spec/tree/main/extensions). docs/page.md describes them.
 */
export const uiRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/v2/_oci/ext/discover', handler: discoverExtensions, scope: 'none' },
  { method: 'GET', pattern: `/v2/${extension}/repositories`, handler: showRepositories, scope: 'catalog' },
  { method: 'GET', pattern: `/v2/${extension}/storage`, handler: showStorage, scope: 'catalog' },
  { method: 'GET', pattern: `/v2/${extension}/doctor`, handler: showDoctor, scope: 'catalog' },
  { method: 'POST', pattern: `/v2/${extension}/doctor`, handler: examineStore, scope: 'catalog' },
  { method: 'GET', pattern: `/v2/${extension}/restore`, handler: showDeletedRepositories, scope: 'catalog' },
  { method: 'GET', pattern: `/v2/<name>/${extension}/restore`, handler: showRestorable, scope: 'pull' },
  { method: 'POST', pattern: `/v2/<name>/${extension}/restore`, handler: restoreRepository, scope: 'push', also: 'delete' },
  { method: 'DELETE', pattern: `/v2/<name>/${extension}/repository`, handler: deleteRepository, scope: 'delete' },
  { method: 'POST', pattern: `/v2/<name>/${extension}/restore/<reference>`, handler: restoreDeleted, scope: 'push', also: 'delete' },
  { method: 'GET', pattern: `/v2/<name>/${extension}/tags`, handler: showTags, scope: 'pull' },
  { method: 'GET', pattern: `/v2/<name>/${extension}/sharing/<digest>`, handler: showSharing, scope: 'pull' },
  { method: 'GET', pattern: `/v2/<name>/${extension}/blob/<digest>`, handler: showBlob, scope: 'pull' },
]
