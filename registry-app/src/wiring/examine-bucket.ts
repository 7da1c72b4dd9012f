import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config/schema/config.ts'
import { type Diagnosis, diagnose } from '../doctor/diagnosis.ts'
import { examine } from '../doctor/examine.ts'
import { acl as aclProbe } from '../doctor/probes/acl.ts'
import { probes } from '../doctor/probes.ts'
import { endpointOf } from '../s3/endpoint.ts'
import { canaryKey, keyPrefix } from '../storage/s3/own-keys.ts'
import { type ClientSurroundings, type S3Config, s3Options } from './s3-options.ts'

const silent = { asks() {}, found() {} }

/**
 * Has the doctor look at the bucket that is configured, through a client that is configured as the registry's own. It writes below `_registry/canary/` alone, where
 * what a crash leaves behind is taken away.
 *
 * @param signal when it is aborted, no further question is asked, and what was stored is taken away
 */
export async function examineBucket(
  s3: S3Config,
  { redirect }: Pick<Config['storage'], 'redirect'>,
  surroundings: ClientSurroundings,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const options = s3Options(s3, surroundings)
  const {
    bucket,
    region,
    endpoint,
    secure = true,
    amazon,
    contentMd5,
    encryption,
    acl,
    ca,
    skipVerify,
    signing,
    credentials,
    observe,
  } = options
  const folder = keyPrefix(s3.rootdirectory)
  const target = {
    ...{ bucket, region, endpoint, secure, amazon, contentMd5, encryption, ca, skipVerify },
    signing: signing === 'auto' ? undefined : signing,
    // What is in force, whether somebody wrote it down or not.
    addressing: endpointOf(options).virtualBucket === undefined ? ('path' as const) : ('virtual' as const),
    root: folder.slice(0, -1),
    folder: folder + canaryKey(''),
  }
  const world = {
    ...{ credentials, observe, signal, now: surroundings.now },
    clock: () => performance.now(),
    random: Math.random,
    sleep: (milliseconds: number, signal: AbortSignal | undefined) => sleep(milliseconds, undefined, { signal }),
    nonce: () => randomBytes(6).toString('hex'),
  }
  // Whoever sets none needs not know whether he could.
  const asked = acl === undefined ? probes.filter(each => each !== aclProbe) : probes
  const report = await examine(target, world, silent, asked)
  return diagnose(report, surroundings.now().getTime(), { acl, redirects: redirect.disable === false })
}
