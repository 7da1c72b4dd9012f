import { randomUUID } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config/schema/config.ts'
import type { TlsOptions } from '../http/tls-server.ts'
import type { Log } from '../ops/log.ts'
import { acmePath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { filesystemDriver } from '../storage/filesystem/driver.ts'
import { type AcmeCertificates, certificatesFromAcme } from '../tls/acme/from-acme.ts'
import { CertificateError } from '../tls/certificates.ts'
import { version } from './embedded.ts'
import { demands } from './open-certificates.ts'
import { readCacert } from './read-cacert.ts'

export interface AcmeSurroundings {
  /** The registry's storage: certificates are kept there, unless a folder is named. */
  driver: StorageDriver
  log: Log
  now: () => Date
  randomName: () => string
}

/** `http.tls.letsencrypt`. Nothing is ordered before it is told to `start`. @throws CertificateError that says what is wrong with a file */
export async function openAcme(
  { tls, redirect, secret }: Config['http'],
  surroundings: AcmeSurroundings,
): Promise<TlsOptions & { certificates: AcmeCertificates }> {
  const { hosts, email, directoryurl, eab, cachefile, cacert, challenges } = tls.letsencrypt
  const { context, clientAuth } = demands(tls)
  const { log, now } = surroundings
  const place = placeOf(cachefile, surroundings)
  if (secret === undefined) {
    log.warn(
      `the private keys of certificates are kept in ${cachefile ?? 'the storage'} as they are: whoever can read there has them; with http.secret they are sealed`,
    )
  }
  const certificates = await certificatesFromAcme({
    settings: {
      hosts,
      email,
      directoryurl,
      eab: eab.kid !== undefined && eab.hmackey !== undefined ? { kid: eab.kid, hmackey: eab.hmackey } : undefined,
    },
    challenges: challenges ?? (redirect.addr === undefined ? ['tls-alpn-01'] : ['tls-alpn-01', 'http-01']),
    ca: readCacert(cacert),
    ...place,
    secret,
    context,
    userAgent: `bucket-registry/${version()}`,
    log,
    processName: randomUUID(),
    now,
    clock: () => performance.now(),
    random: Math.random,
    // It keeps no process alive that has nothing else to do.
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal, ref: false }),
  })
  return { certificates, context, clientAuth }
}

function placeOf(cachefile: string | undefined, { driver, now, randomName }: AcmeSurroundings): { driver: StorageDriver; folder: string } {
  if (cachefile === undefined) return { driver, folder: acmePath }
  if (statSync(cachefile, { throwIfNoEntry: false })?.isFile()) {
    throw new CertificateError(`http.tls.letsencrypt.cachefile: ${cachefile} is a file, and must be a folder, as it is in Distribution`)
  }
  mkdirSync(cachefile, { recursive: true, mode: 0o700 })
  return { driver: filesystemDriver({ rootdirectory: cachefile, randomName, now }), folder: '' }
}
