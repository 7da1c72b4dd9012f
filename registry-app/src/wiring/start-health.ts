import type { Config } from '../config/schema/config.ts'
import { type Check, fileCheck, httpCheck, storageCheck, tcpCheck } from '../ops/checks.ts'
import { type Health, healthOf, watch } from '../ops/health.ts'
import type { Log } from '../ops/log.ts'
import type { StorageDriver } from '../storage/driver.ts'

/** Watches what the `health` section names. */
export function startHealth({ health, storage }: Config, driver: StorageDriver, log: Log): Health {
  const watched = (check: Check, { interval, threshold }: { interval: number; threshold: number }) =>
    watch(check, { interval, threshold, log })
  const type = storage.s3 ? 's3' : storage.filesystem ? 'filesystem' : 'inmemory'
  return healthOf([
    ...(health.storagedriver.enabled ? [watched(storageCheck(driver, type), health.storagedriver)] : []),
    ...health.file.map(each => watched(fileCheck(each.file), each)),
    ...health.http.map(each => watched(httpCheck(each), each)),
    ...health.tcp.map(each => watched(tcpCheck(each.addr, each.timeout), each)),
  ])
}
