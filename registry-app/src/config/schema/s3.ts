import * as z from 'zod/mini'
import { parseEndpoint } from '../../s3/endpoint.ts'
import { key } from './key.ts'
import { choice, duration, flag, text, textOrNothing, whole } from './kinds.ts'

const MiB = 1024 * 1024
const GiB = 1024 * MiB

const ineffective = 'In Distribution: how much its AWS library logs. Accepted, without effect.'

const access = {
  bucket: key(text().check(z.regex(/./, 'must be given')), 'The bucket. It must exist.'),
  region: key(textOrNothing(), 'Its region. May be left out where `regionendpoint` is given: then it is `us-east-1`.'),
  regionendpoint: key(
    textOrNothing(),
    'A store other than Amazon S3: `host`, `host:port` or a URL. Bucket names then stand in the path, unless `forcepathstyle` says otherwise.',
  ),
  redirectendpoint: key(textOrNothing(), 'The same store as clients reach it, for the URLs that they are sent to.'),
  forcepathstyle: key(
    z.optional(flag()),
    'Whether the bucket stands in the path (`https://host/bucket/key`) or before the host (`https://bucket.host/key`).',
    { shownDefault: '`true` with `regionendpoint`' },
  ),
  accesskey: key(textOrNothing(), 'The access key. Without it credentials are looked for as the AWS SDK does.'),
  secretkey: key(textOrNothing(), 'The secret key.', { secret: true }),
  sessiontoken: key(textOrNothing(), 'The session token of temporary keys.', { secret: true }),
  signingversion: key(
    z.optional(choice('v2', 'v4', 'auto')),
    'The version of the signatures that the store understands; `auto` asks it once, at the start.',
    { shownDefault: 'v4' },
  ),
  v4auth: key(z.optional(flag()), "Distribution's name for it: `false` is `signingversion: v2`.", { shownDefault: 'true' }),
}

const transport = {
  secure: key(z.prefault(flag(), true), 'Speaks TLS to a `regionendpoint` that is written without a scheme.'),
  skipverify: key(z.prefault(flag(), false), "Believes any certificate of the store's."),
  cacert: key(textOrNothing(), 'Certificates in PEM, trusted besides those that Node.js trusts: a file, or the text itself.'),
  useragent: key(textOrNothing(), 'How the registry introduces itself to the store.', { shownDefault: 'bucket-registry' }),
  usedualstack: key(z.prefault(flag(), false), "Amazon's endpoints that IPv6 reaches too."),
  accelerate: key(z.prefault(flag(), false), "Amazon's transfer acceleration."),
  usefipsendpoint: key(z.prefault(flag(), false), "Amazon's FIPS endpoints."),
  maxconnections: key(
    z.prefault(whole({ from: 1, to: 10_000 }), 100),
    'How many requests to the store are under way at most, each on a connection of its own.',
  ),
  retrytime: key(
    z.prefault(duration(), '30s'),
    'How long the store may leave a request without an answer, all attempts together, before the client hears of it: 503 with `Retry-After`. Half of it for the first attempt. The time in which the store takes a body does not count, and what it copies or joins on its own side may take five minutes.',
  ),
}

const objects = {
  rootdirectory: key(z.prefault(text(), ''), 'What all keys begin with.'),
  encrypt: key(z.prefault(flag(), false), 'Asks the store to encrypt what it keeps (SSE-S3).'),
  keyid: key(textOrNothing(), "The key of the store's key management service to encrypt with (SSE-KMS); needs `encrypt`."),
  storageclass: key(textOrNothing(), 'The storage class of what is written; `NONE`: the bucket decides.', { shownDefault: 'NONE' }),
  objectacl: key(textOrNothing(), 'The canned ACL of what is written; `none`: none, since many stores know no ACLs any more.', {
    shownDefault: 'none',
  }),
  contentmd5: key(
    z.prefault(flag(), false),
    'Sends `Content-MD5` with all that is uploaded: buckets whose objects are locked by default (Object Lock) demand it, and the store checks by it what arrives. It costs some 1.5 CPU seconds a GB.',
  ),
  listversion: key(z.prefault(choice('1', '2', 'auto'), 'auto'), 'The version of ListObjects; old stores know only the first.'),
}

const uploads = {
  chunksize: key(
    z.prefault(whole({ from: 5 * MiB, to: 5 * GiB }), 10 * MiB),
    'How many bytes of a blob make one part, at least: while much of `uploadmemory` is free, a layer of a known length goes in parts of up to 16 MiB, and one that was held until its digest was known in at most four, or two beside others. What is smaller is stored by one request, and so is all of up to 32 MiB while `uploadmemory` has room for it. A blob of unknown length may have 10,000 parts.',
  ),
  uploadmemory: key(
    z.prefault(whole({ from: 5 * MiB }), 144 * MiB),
    'How many bytes of parts all uploads together hold in memory. Who finds no room waits. Up to it, a layer whose digest is not known yet is held, and then stored by no request more than it takes: those that come at once wait for one another. What is larger, or comes slowly while others wait, is stored first and copied by the store.',
  ),
  multipartcopythresholdsize: key(
    z.prefault(whole({ from: 0, to: 5 * GiB }), 256 * MiB),
    'Up to so many bytes the store copies an object by one request; larger ones in parts.',
  ),
  multipartcopychunksize: key(z.prefault(whole({ from: 5 * MiB, to: 5 * GiB }), 64 * MiB), 'How many bytes such a part has.'),
  multipartcopymaxconcurrency: key(z.prefault(whole({ from: 1, to: 1000 }), 16), 'How many of them are copied at once.'),
  loglevel: key(textOrNothing(), ineffective),
}

export const s3 = key(
  z.optional(
    z.strictObject({ ...access, ...transport, ...objects, ...uploads }).check(({ value, issues }) => {
      const complain = (path: string, message: string) => issues.push({ code: 'custom', input: value, path: [path], message })
      if (value.region === undefined && value.regionendpoint === undefined) complain('region', 'must be given: the region of the bucket')
      if ((value.accesskey === undefined) !== (value.secretkey === undefined)) {
        complain(value.accesskey === undefined ? 'accesskey' : 'secretkey', 'must be given: accesskey and secretkey belong together')
      }
      if (value.signingversion !== undefined && value.v4auth === (value.signingversion === 'v2')) {
        complain('v4auth', `contradicts signingversion: ${value.signingversion}; leave one`)
      }
      for (const name of ['regionendpoint', 'redirectendpoint'] as const) {
        const wrong = whyNoEndpoint(value[name], value.secure)
        if (wrong !== undefined) complain(name, wrong)
      }
      if (value.keyid !== undefined && !value.encrypt) complain('keyid', 'needs encrypt: true')
      if (value.uploadmemory < value.chunksize) complain('uploadmemory', 'must be at least chunksize')
    }),
  ),
  'The driver that keeps everything in a bucket of Amazon S3 or of a store that speaks its language.',
)

function whyNoEndpoint(endpoint: string | undefined, secure: boolean): string | undefined {
  try {
    if (endpoint !== undefined) parseEndpoint(endpoint, secure)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
