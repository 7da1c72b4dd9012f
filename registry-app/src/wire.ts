import { randomBytes, randomUUID } from 'node:crypto'
import { parseAddress } from './config/address.ts'
import type { Environment } from './config/environment.ts'
import { compileGoRegExp } from './config/go-regexp.ts'
import type { Config } from './config/schema/config.ts'
import { healthPages } from './http/health-pages.ts'
import { locator } from './http/locate.ts'
import { createPipeline } from './http/pipeline.ts'
import { startServer } from './http/server.ts'
import { trustedProxies } from './http/trusted-proxies.ts'
import { openAcme } from './open-acme.ts'
import { openCertificates } from './open-certificates.ts'
import { openStorage } from './open-storage.ts'
import { watchStorage } from './ops/health.ts'
import type { Log } from './ops/log.ts'
import type { ManifestRules } from './registry/manifest-rules.ts'
import { purgeUploads } from './registry/purge-uploads.ts'
import { createRegistry, type Registry } from './registry/registry.ts'
import { sharedSecret } from './registry/secret.ts'
import type { StorageDriver } from './storage/driver.ts'
import { certificateWarnings } from './tls/expiry.ts'
import { type RunningRegistry, withCertificates } from './with-certificates.ts'

/** Builds storage, registry and server from a configuration, and starts it: the only place that sees every layer. */
export async function startRegistry(config: Config, log: Log, environment: Environment): Promise<RunningRegistry> {
  const { http, storage, health } = config
  const files = await openCertificates(http, log)
  const driver = await openStorage(storage, { log, now, randomName, environment })
  await driver.sweep?.()
  const acme = http.tls.letsencrypt.hosts.length > 0 ? await openAcme(http, { driver, log, now, randomName }) : undefined
  const tls = files ?? acme

  const registry = createRegistry({
    driver,
    rules: manifestRules(config.validation),
    secret: http.secret ?? (await sharedSecret(driver, () => randomBytes(32).toString('base64url'))),
    maximumAge: storage.maintenance.uploadpurging.age,
    believedFor: storage.cache.vouchfor,
    verify: storage.verify,
    urlsExpireIn: Math.floor(storage.redirect.expires / 1000),
    now,
    randomId: randomUUID,
    randomName,
  })

  const clock = () => performance.now()
  const pages = healthPages(driver, {
    clock,
    log,
    warnings: () => certificateWarnings(tls?.certificates, now()),
    waiting: () => (tls?.certificates.all().length === 0 ? certificateWarnings(tls.certificates, now()).join('\n') : undefined),
  })
  const handle = createPipeline({
    registry,
    settings: {
      deleteEnabled: storage.delete.enabled,
      readOnly: storage.maintenance.readonly.enabled,
      catalogMaximum: config.catalog.maxentries,
      tagsMaximum: config.tags.maxtags,
      locate: locator(http),
    },
    log,
    quiet: config.log.accesslog.disabled,
    headers: http.headers,
    prefix: http.prefix,
    bodyTimeout: http.timeouts.body,
    pages,
    healthy: health.storagedriver.enabled ? watchStorage(driver, { ...health.storagedriver, log }) : undefined,
    trusted: trustedProxies(http.trustedproxies),
    requestId: requestIds(),
    clock,
  })

  keepTidy(driver, registry, storage.maintenance, log)
  const limits = { timeouts: http.timeouts, maxConnections: http.maxconnections, maxHeaderSize: http.maxheadersize, log, clock }
  const server = await startServer({
    handle,
    listen: parseAddress(http.addr, http.net).listen,
    protocols: { tls, http2: tls ? !http.http2.disabled : http.h2c.enabled, host: http.host },
    ...limits,
  })
  if (!tls) return { ...server, reload: async () => {} }
  const challenges = acme ? { get: acme.certificates.answer } : new Map<string, string>()
  const running = await withCertificates(server, { http, tls, limits, log, now, challenges, pages })
  // Now that it is reached, the authority may ask.
  acme?.certificates.start()
  return running
}

const now = () => new Date()
/** 60 bits, from a pool that Node fills for 128 at once: a sixth of the time of `randomBytes`. */
const randomName = () => randomUUID().replaceAll('-', '').slice(0, 16)

/** Unique across processes by its beginning, within this one by its end. */
function requestIds(): () => string {
  const process = randomBytes(6).toString('hex')
  let count = 0
  return () => `${process}-${(count++).toString(36)}`
}

/** Without the section any layer URL is accepted; with it, Distribution's rules hold; switched off, nothing is checked. */
function manifestRules(validation: Config['validation']): ManifestRules | undefined {
  if (!validation) return { platforms: 'all' }
  if (validation.disabled && !validation.enabled) return undefined
  const { urls, indexes } = validation.manifests
  const compiled = { allow: urls.allow.map(compileGoRegExp), deny: urls.deny.map(compileGoRegExp) }
  return { urls: compiled, platforms: indexes.platforms === 'list' ? indexes.platformlist : indexes.platforms }
}

/** What crashes and unfinished uploads leave behind goes in the background, now and then. */
function keepTidy(
  driver: StorageDriver,
  registry: Registry,
  { uploadpurging, readonly }: Config['storage']['maintenance'],
  log: Log,
): void {
  const { enabled, age, interval, dryrun } = uploadpurging
  if (!enabled || readonly.enabled || interval === 0) return
  const tidy = async () => {
    try {
      await driver.sweep?.()
      await registry.catalog.tidy()
      const purged = await purgeUploads(driver, { olderThan: new Date(now().getTime() - age), dryRun: dryrun })
      if (purged.length > 0) log.info('unfinished uploads purged', { uploads: purged.length, dryrun })
    } catch (error) {
      log.error('purging unfinished uploads failed', { error })
    }
  }
  // Replicas that start together do not look together.
  const first = setTimeout(tidy, Math.min(interval, 60_000) * (0.5 + Math.random()))
  const again = setInterval(tidy, Math.min(interval, longestTimer))
  first.unref()
  again.unref()
}

/** What `setInterval` can hold, in milliseconds. */
const longestTimer = 2 ** 31 - 1
