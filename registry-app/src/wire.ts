import { randomBytes, randomUUID } from 'node:crypto'
import { parseAddress } from './config/address.ts'
import type { Environment } from './config/environment.ts'
import { compileGoRegExp } from './config/go-regexp.ts'
import type { Config } from './config/schema/config.ts'
import { auditLog } from './events/audit-log.ts'
import { type Listeners, together } from './events/happening.ts'
import { debugPages } from './http/debug-pages.ts'
import { healthPages } from './http/health-pages.ts'
import { locator } from './http/locate.ts'
import { createPipeline } from './http/pipeline.ts'
import { type RunningServer, startServer } from './http/server.ts'
import { observersFor } from './observe.ts'
import { openAuth } from './open-auth.ts'
import { openStorage } from './open-storage.ts'
import type { Log } from './ops/log.ts'
import { healthReady, storageReady } from './ops/readiness.ts'
import type { ManifestRules } from './registry/manifest-rules.ts'
import { purgeLeftovers } from './registry/purge-leftovers.ts'
import { purgeUploads } from './registry/purge-uploads.ts'
import { createRegistry, type Registry } from './registry/registry.ts'
import { sharedSecret } from './registry/secret.ts'
import { startHealth } from './start-health.ts'
import { startNotifications } from './start-notifications.ts'
import type { StorageDriver } from './storage/driver.ts'

export interface Logs {
  log: Log
  /** Absent: there is no audit log. */
  audit?: Log | undefined
}

/** Builds storage, registry and server from a configuration, and starts it: the only place that sees every layer. */
export async function startRegistry(config: Config, { log, audit }: Logs, environment: Environment): Promise<RunningServer> {
  const { http, storage } = config
  const { metrics, tracing, storeRequest } = await observersFor(config, environment, log)
  const sharedReads = metrics?.tally('reads')
  const driver = await openStorage(storage, { log, now, randomName, environment, observe: storeRequest, sharedReads })
  const readOnly = storage.maintenance.readonly.enabled
  if (!readOnly) await driver.sweep?.()

  const registry = createRegistry({
    driver,
    rules: manifestRules(config.validation),
    secret: http.secret ?? (await sharedSecret(driver, () => randomBytes(32).toString('base64url'), readOnly)),
    maximumAge: storage.maintenance.uploadpurging.age,
    believedFor: storage.cache.vouchfor,
    verify: storage.verify,
    tallies: metrics && { manifests: metrics.tally('manifests'), links: metrics.tally('links'), blobs: metrics.tally('blobs') },
    urlsExpireIn: Math.floor(storage.redirect.expires / 1000),
    now,
    randomId: randomUUID,
    randomName,
  })

  const listeners: Listeners[] = []
  const notifier = await startNotifications(config, driver, log)
  if (notifier) listeners.push(notifier.listeners)
  if (audit) listeners.push(auditLog({ write: audit.info, pulls: config.log.audit.pulls }))

  const clock = () => performance.now()
  const health = startHealth(config, driver, log)
  const handle = createPipeline({
    registry,
    settings: {
      deleteEnabled: storage.delete.enabled,
      readOnly,
      catalogMaximum: config.catalog.maxentries,
      tagsMaximum: config.tags.maxtags,
      locate: locator(http),
    },
    log,
    quiet: config.log.accesslog.disabled,
    headers: http.headers,
    prefix: http.prefix,
    bodyTimeout: http.timeouts.body,
    pages: healthPages([storageReady(driver, log), ...(health.watched.length > 0 ? [healthReady(health)] : [])], clock),
    healthy: health.watched.length > 0 ? health.healthy : undefined,
    // Of no use as a path alone to whoever reads it elsewhere.
    told: { ...together(listeners), locate: locator({ ...http, relativeurls: http.relativeurls ?? false }) },
    gate: await openAuth(config.auth, { driver, log, clock }),
    metrics: metrics?.requests,
    tracing,
    requestId: requestIds(),
    clock,
  })

  keepTidy(driver, registry, storage.maintenance, log)
  const limits = { timeouts: http.timeouts, maxConnections: http.maxconnections, maxHeaderSize: http.maxheadersize }
  const text = metrics?.expose({ uploadMemory: driver.uploadMemory, health })
  const { addr, prometheus } = http.debug
  const debug =
    addr === undefined
      ? undefined
      : await startServer({
          ...limits,
          handle: debugPages({ health, metrics: text && { path: prometheus.path, text } }),
          listen: parseAddress(addr).listen,
        })
  if (debug) log.info('operators are served', { at: debug.addresses.join(' ') })
  const end = async (grace: number) => {
    await notifier?.stop(grace)
    await debug?.stop(0)
    await tracing?.stop()
  }
  try {
    const server = await startServer({ ...limits, handle, listen: parseAddress(http.addr, http.net).listen })
    return endingWith(server, end, clock)
  } catch (error) {
    await end(0)
    throw error
  }
}

/** A receiver that answers gets what is left, though nothing else is waited for. Milliseconds. */
const leastGrace = 1000

/** First those who ask, and then those who are told: what the last request did is told too, operators see the draining, and the last span is sent. */
const endingWith = (server: RunningServer, end: (grace: number) => Promise<void>, clock: () => number): RunningServer => ({
  addresses: server.addresses,
  async stop(drainTimeout) {
    const started = clock()
    const cut = await server.stop(drainTimeout)
    await end(Math.max(leastGrace, drainTimeout - (clock() - started)))
    return cut
  },
})

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
      const options = { olderThan: new Date(now().getTime() - age), dryRun: dryrun }
      const purged = await purgeUploads(driver, options)
      if (purged.length > 0) log.info('unfinished uploads purged', { uploads: purged.length, dryrun })
      const leftovers = await purgeLeftovers(driver, options)
      if (leftovers.length > 0) log.info('what crashes left behind purged', { objects: leftovers.length, dryrun })
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
