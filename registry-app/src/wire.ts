import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAddress } from './config/address.ts'
import type { Environment } from './config/environment.ts'
import type { Config } from './config/schema/config.ts'
import { auditLog } from './events/audit-log.ts'
import { type Listeners, together } from './events/happening.ts'
import { healthPages } from './http/health-pages.ts'
import { locator } from './http/locate.ts'
import { createPipeline } from './http/pipeline.ts'
import { startServer } from './http/server.ts'
import { trustedProxies } from './http/trusted-proxies.ts'
import { uiPages } from './http/ui-pages.ts'
import { examineRegularly } from './maintenance/examine-regularly.ts'
import { keepLastPulls } from './maintenance/keep-last-pulls.ts'
import { keepTidy } from './maintenance/keep-tidy.ts'
import { maintain } from './maintenance/maintain.ts'
import { retainRegularly } from './maintenance/retain-regularly.ts'
import type { Log } from './ops/log.ts'
import { healthReady, storageReady } from './ops/readiness.ts'
import type { Name } from './registry/name.ts'
import { quarantine } from './registry/quarantine.ts'
import { quotas } from './registry/quotas.ts'
import { sharedSecret } from './registry/secret.ts'
import { createSeal } from './storage/seal.ts'
import { requestCounts } from './ui/request-counts.ts'
import { certificateReady } from './wiring/certificate-ready.ts'
import { compressedPage } from './wiring/embedded.ts'
import { observersFor } from './wiring/observe.ts'
import { openAcme } from './wiring/open-acme.ts'
import { openAuth } from './wiring/open-auth.ts'
import { openCertificates } from './wiring/open-certificates.ts'
import { openProxy } from './wiring/open-proxy.ts'
import { openRegistry } from './wiring/open-registry.ts'
import { openStorage } from './wiring/open-storage.ts'
import { openUi } from './wiring/open-ui.ts'
import { randomName } from './wiring/random-name.ts'
import { serveOperators } from './wiring/serve-operators.ts'
import { startHealth } from './wiring/start-health.ts'
import { startNotifications } from './wiring/start-notifications.ts'
import { type RunningRegistry, withCertificates } from './wiring/with-certificates.ts'

export interface Logs {
  log: Log
  /** Absent: there is no audit log. */
  audit?: Log | undefined
}

/** Builds storage, registry and server from a configuration, and starts it: the only place that sees every layer. */
export async function startRegistry(config: Config, { log, audit }: Logs, environment: Environment): Promise<RunningRegistry> {
  const { http, storage, policy } = config
  const files = await openCertificates(http, log)
  const { metrics, tracing, storeRequest } = await observersFor(config, environment, log)
  const sharedReads = metrics?.tally('reads')
  const counts = requestCounts(now)
  const observe = config.ui.enabled ? both(counts.add, storeRequest) : storeRequest
  const driver = await openStorage(storage, { log, now, randomName, environment, observe, sharedReads })
  const readOnly = storage.maintenance.readonly.enabled
  if (!readOnly && !storage.maintenance.uploadpurging.dryrun) await driver.sweep?.()
  const acme = http.tls.letsencrypt.hosts.length > 0 ? await openAcme(http, { driver, log, now, randomName }) : undefined
  const tls = files ?? acme

  const secret = http.secret ?? (await sharedSecret(driver, () => randomBytes(32).toString('base64url'), readOnly))
  const clock = () => performance.now()
  const surroundings = { driver, now, clock, random: Math.random, randomName, sleep: quietSleep }
  const counting = keepsLastPulls(config) ? keepLastPulls({ ...surroundings, policy, log, metrics: metrics?.retention }) : undefined
  const damaged = quarantine(driver, clock)
  damaged.look().catch(error => log.error('it could not be read which blobs are damaged; it is tried again', { error }))
  const registry = openRegistry(config, {
    driver,
    log,
    secret,
    quarantine: damaged,
    quotas: quotas({
      driver,
      rules: policy.quotas,
      uploadAge: keptUnfinished(storage.maintenance.uploadpurging),
      now,
      clock,
      warn: log.warn,
    }),
    pulls: counting?.pulls,
    tallies: metrics && { manifests: metrics.tally('manifests'), links: metrics.tally('links'), blobs: metrics.tally('blobs') },
    now,
    randomName,
  })

  const kept = (name: Name) => ui?.activity.kept(name)
  const cache = await openProxy(config, { registry, driver, log, metrics: metrics?.proxy, readOnly, kept, now })

  const listeners: Listeners[] = []
  const notifier = await startNotifications(config, driver, log)
  if (notifier) listeners.push(notifier.listeners)
  if (audit) listeners.push(auditLog({ write: audit.info, pulls: config.log.audit.pulls }))

  const health = startHealth(config, driver, log)
  const checks = [storageReady(driver, log)]
  if (health.watched.length > 0) checks.push(healthReady(health))
  if (tls) checks.push(certificateReady(tls.certificates, now))
  const pages = healthPages(checks, clock)
  const { s3 } = storage
  const examine =
    s3 &&
    (async (signal: AbortSignal) => {
      const { examineBucket } = await import('./wiring/examine-bucket.ts')
      return examineBucket(s3, storage, { now, environment, observe: counts.add }, signal)
    })
  const ui = config.ui.enabled
    ? openUi(config, { ...surroundings, registry, requests: counts, certificates: tls?.certificates, checks, examine, log })
    : undefined
  if (ui) listeners.push(ui.activity.listeners)
  // Of no use as a path alone to whoever reads it elsewhere.
  const locate = locator({ ...http, relativeurls: http.relativeurls ?? false })
  const auth = await openAuth(config, {
    driver,
    log,
    secret,
    // A challenge has a whole URL, whatever Locations are like.
    locate: locator({ ...http, relativeurls: false }),
    clock,
    now,
    randomName,
    failed: metrics?.authFailed,
  })
  const handle = createPipeline({
    registry: cache?.registry ?? registry,
    settings: {
      deleteEnabled: storage.delete.enabled,
      readOnly,
      catalogMaximum: config.catalog.maxentries,
      tagsMaximum: config.tags.maxtags,
      places: createSeal(secret, 'catalog places'),
      locate: locator(http),
    },
    log,
    quiet: config.log.accesslog.disabled,
    headers: http.headers,
    prefix: http.prefix,
    host: http.host,
    bodyTimeout: http.timeouts.body,
    pages: ui ? new Map([...pages, ...uiPages(http.prefix, compressedPage)]) : pages,
    ui,
    healthy: health.watched.length > 0 ? health.healthy : undefined,
    told: { ...together(listeners), locate },
    gate: auth?.gate,
    tokens: auth?.tokens,
    metrics: metrics?.requests,
    tracing,
    trusted: trustedProxies(http.trustedproxies),
    requestId: requestIds(),
    clock,
  })

  keepTidy(driver, registry, storage.maintenance, { log, now })
  const endMaintaining = maintain(config, {
    ...{ driver, quarantine: damaged, log, audit, metrics, now, clock, randomName },
    collected: ui?.summaries.collected,
    alive: false,
  })
  const endRetaining =
    policy.retention.enabled && !readOnly
      ? retainRegularly({ ...surroundings, config, log, audit, metrics: metrics?.retention })
      : undefined
  const endExamining =
    ui?.doctor.examines === 'yes' && ui.doctor.examinations
      ? examineRegularly({ ...surroundings, examinations: ui.doctor.examinations, settings: config.ui.doctor, log })
      : undefined
  const limits = { timeouts: http.timeouts, maxConnections: http.maxconnections, maxHeaderSize: http.maxheadersize, log, clock }
  const text = metrics?.expose({
    uploadMemory: driver.uploadMemory,
    health,
    fetching: cache?.fetching,
    certificates: tls && (() => tls.certificates.all()),
    authWaiting: auth?.waiting,
    notificationsWaiting: notifier && (() => notifier.stats().map(({ name, waiting }) => ({ endpoint: name, events: waiting }))),
  })
  const debug = await serveOperators(http.debug, { health, text, ...limits })
  const end = async (grace: number) => {
    // Together, since each may wait for a store that does not answer.
    await Promise.all([endMaintaining(), endRetaining?.(), endExamining?.(), counting?.end(), ui?.requests.stop()])
    await ui?.stop()
    await notifier?.stop(grace)
    cache?.close()
    await debug?.stop(0)
    await tracing?.stop()
  }
  try {
    const server = await startServer({
      handle,
      listen: parseAddress(http.addr, http.net).listen,
      protocols: { tls, http2: tls ? !http.http2.disabled : http.h2c.enabled, host: http.host },
      ...limits,
    })
    const challenges = acme ? { get: acme.certificates.answer } : new Map<string, string>()
    const running = tls
      ? await withCertificates(server, { http, tls, limits, log, now, challenges, pages })
      : { ...server, reload: async () => {} }
    // Now that it is reached, the authority may ask.
    acme?.certificates.start()
    return endingWith(running, end, clock)
  } catch (error) {
    await end(0)
    throw error
  }
}

/** A receiver that answers gets what is left, though nothing else is waited for. Milliseconds. */
const leastGrace = 1000

/** First those who ask, and then those who are told: what the last request did is told too, operators see the draining, and the last span is sent. */
const endingWith = (server: RunningRegistry, end: (grace: number) => Promise<void>, clock: () => number): RunningRegistry => ({
  ...server,
  async stop(drainTimeout) {
    const started = clock()
    const cut = await server.stop(drainTimeout)
    await end(Math.max(leastGrace, drainTimeout - (clock() - started)))
    return cut
  },
})

const both =
  <What>(one: (what: What) => void, other: ((what: What) => void) | undefined) =>
  (what: What) => {
    one(what)
    other?.(what)
  }

/** Where nobody purges them, for ever. */
const keptUnfinished = ({ enabled, dryrun, age, interval }: Config['storage']['maintenance']['uploadpurging']) =>
  enabled && !dryrun && interval > 0 ? age + interval : Number.POSITIVE_INFINITY

const keepsLastPulls = ({ storage, policy }: Config) => policy.lastpulls.enabled && !storage.maintenance.readonly.enabled

/** Keeps no process alive. */
const quietSleep = (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal, ref: false })

const now = () => new Date()

/** Unique across processes by its beginning, within this one by its end. */
function requestIds(): () => string {
  const process = randomBytes(6).toString('hex')
  let count = 0
  return () => `${process}-${(count++).toString(36)}`
}
