import { type Algorithm, algorithmOf, type Digest, hexOf } from './digest.ts'
import type { Name, Tag } from './name.ts'

/*
 * The tree that Distribution reads and writes, and we with it:
 *
 *   docker/registry/v2/
 *   ├── blobs/<alg>/<first two hex>/<hex>/data            layers, configs and manifests
 *   ├── repositories/<name>/
 *   │   ├── _layers/<alg>/<hex>/link                      this repository may serve that blob
 *   │   ├── _manifests/
 *   │   │   ├── revisions/<alg>/<hex>/link                this repository has that manifest
 *   │   │   └── tags/<tag>/
 *   │   │       ├── current/link
 *   │   │       └── index/<alg>/<hex>/link                every manifest that the tag ever named
 *   │   └── _uploads/<id>/
 *   │       ├── startedat
 *   │       └── <offset>-<random>, list-<random>          ours: the chunks of an upload, and lists of them
 *   └── _registry/                                        ours alone: Distribution never looks here
 *       ├── http-secret
 *       ├── users/<name>/<version>                        who may sign in
 *       ├── token-keys/<time>-<id>                        what tokens are signed with (`auth/local/signing-keys.ts`)
 *       ├── robots/<id>                                   what robots sign in with
 *       ├── acme/                                         certificates and what replicas share to get them (`tls/acme/store.ts`)
 *       ├── new-repositories/<time>/<name>                so that other replicas list it at once
 *       ├── condemned/<run>                               digests that garbage collection has found dead (docs/garbage-collection.md)
 *       ├── sweeping/<run>/<deadline>-<random>            those that it deletes just now
 *       ├── rescued/<hex>/<random>                        those that somebody relies upon all the same
 *       ├── references/<sha256>                           what it learnt of manifests
 *       ├── collector/                                    whose turn it is to collect, and when it was done last
 *       ├── summary                                       how much each repository has, for the page (`ui/summary.ts`)
 *       ├── doctor/                                       whose turn it is to examine the bucket, and what was found last
 *       ├── requests/<process>                            what each process asked the store for, for the page (`ui/all-requests.ts`)
 *       ├── damaged/<alg>/<hex>/<seconds>-<size>          blobs that are not what their digest says (`registry/quarantine.ts`)
 *       ├── scrubber/                                     whose turn it is to look for such, and how far he came
 *       ├── usage                                         how much repositories have, as it was counted last (`registry/usage.ts`)
 *       ├── removed/<name>/_/<tag>/<until>-<random>/<hex>  what was removed and can be restored until then
 *       ├── pulls/<random>                                on which days tags and manifests were pulled last
 *       ├── retention/                                    whose turn it is to apply the rules, and when it was done last
 *       ├── canary/, incoming/                            of the bucket's driver, for moments
 *       ├── cached/<name>/_<alg>/<hex>                    a manifest that came from an upstream; as old as its last pull
 *       ├── notifications/<process>/owner, <endpoint>/<number>  events that wait for somebody who is told of them
 *       ├── unlinked/<name>/_                             blobs' links of that repository were deleted (`registry/deleted-links.ts`)
 *       ├── aliases/<alg>/<hex>                           canonical digest of a blob that was pushed under another algorithm
 *       └── referrers/<name>/_<alg>/<hex of the subject>/<alg>/<hex>
 *
 * A link holds the canonical digest (sha256) as text, with no newline; of a blob that was pushed under sha512 there are two.
 */
const root = 'docker/registry/v2'

export const repositoriesPath = `${root}/repositories/`
export const blobsPath = `${root}/blobs/`
export const aliasPath = (digest: Digest) => `${root}/_registry/aliases/${split(digest)}`
export const newRepositoriesPath = `${root}/_registry/new-repositories/`
export const newRepositoryPath = (time: string, name: Name) => `${newRepositoriesPath}${time}/${name}`
export const cachedManifestsPath = `${root}/_registry/cached/`
export const cachedManifestPath = (name: Name, digest: Digest) => `${cachedManifestsPath}${name}/_${split(digest)}`
export const notificationsPath = `${root}/_registry/notifications/`
export const acmePath = `${root}/_registry/acme/`
export const secretPath = `${root}/_registry/http-secret`
export const tokenKeysPath = `${root}/_registry/token-keys/`
export const usersPath = `${root}/_registry/users/`
export const robotsPath = `${root}/_registry/robots/`
export const robotPath = (id: string) => `${robotsPath}${id}`
export const userVersionsPath = (name: string) => `${usersPath}${name}/`
export const userVersionPath = (name: string, version: string) => `${userVersionsPath(name)}${version}`

export const condemnedPath = `${root}/_registry/condemned/`
export const sweepingPath = `${root}/_registry/sweeping/`
export const rescuedPath = `${root}/_registry/rescued/`
export const rescuePath = (canonical: Digest, random: string) => `${rescuedPath}${hexOf(canonical)}/${random}`
export const referencesPath = `${root}/_registry/references/`
export const collectorPath = `${root}/_registry/collector/`
export const summaryPath = `${root}/_registry/summary`
export const doctorPath = `${root}/_registry/doctor/`
export const requestCountsPath = `${root}/_registry/requests/`
export const damagedPath = `${root}/_registry/damaged/`
export const damagedUnder = (digest: Digest) => `${damagedPath}${split(digest)}/`
export const usagePath = `${root}/_registry/usage`
export const scrubberPath = `${root}/_registry/scrubber/`
export const retentionPath = `${root}/_registry/retention/`
export const pullsPath = `${root}/_registry/pulls/`
export const removedPath = `${root}/_registry/removed/`
/** Its second component starts with `_`, which none of a name does. */
export const removedFromPath = (name: Name) => `${removedPath}${name}/_/`
/** Its second component starts with `_`, which none of a name does. */
export const deletedLinksPath = (name: Name) => `${root}/_registry/unlinked/${name}/_`
export const aliasesPath = `${root}/_registry/aliases/`
export const collectorCanaryPath = (random: string) => `${root}/_registry/canary/${random}`

export const blobDataPath = (digest: Digest) => `${blobsPath}${algorithmOf(digest)}/${hexOf(digest).slice(0, 2)}/${hexOf(digest)}/data`

export const repositoryPath = (name: Name) => `${repositoriesPath}${name}/`
/** What is its own, and not that of a repository below its name. */
export const ownPath = (name: Name) => `${repositoryPath(name)}_`
export const layersPath = (name: Name, algorithm?: Algorithm) => `${repositoryPath(name)}_layers/${algorithm ? `${algorithm}/` : ''}`
export const layerLinkPath = (name: Name, digest: Digest) => `${repositoryPath(name)}_layers/${split(digest)}/link`

export const manifestsPath = (name: Name) => `${repositoryPath(name)}_manifests/`
export const revisionsPath = (name: Name) => `${manifestsPath(name)}revisions/`
export const revisionLinkPath = (name: Name, digest: Digest) => `${revisionsPath(name)}${split(digest)}/link`

export const tagsPath = (name: Name) => `${manifestsPath(name)}tags/`
export const tagPath = (name: Name, tag: Tag) => `${tagsPath(name)}${tag}/`
export const tagLinkPath = (name: Name, tag: Tag) => `${tagPath(name, tag)}current/link`
export const tagIndexPath = (name: Name, tag: Tag, digest: Digest) => `${tagPath(name, tag)}index/${split(digest)}/link`

export const uploadsPath = (name: Name) => `${repositoryPath(name)}_uploads/`
export const uploadPath = (name: Name, id: string) => `${uploadsPath(name)}${id}/`
export const startedAtPath = (name: Name, id: string) => `${uploadPath(name, id)}startedat`

/** The algorithm starts with `_`, which no component of a name does: the referrers of `a` and of `a/sha256` cannot meet. */
export const repositoryReferrersPath = (name: Name) => `${root}/_registry/referrers/${name}/_`
export const referrersPath = (name: Name, subject: Digest) => `${repositoryReferrersPath(name)}${split(subject)}/`
export const referrerPath = (name: Name, subject: Digest, referrer: Digest) => `${referrersPath(name, subject)}${split(referrer)}`

const split = (digest: Digest) => digest.replace(':', '/')
