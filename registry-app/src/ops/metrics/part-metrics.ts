import type { UploadMemory } from '../../storage/driver.ts'
import type { Health } from '../health.ts'
import type { MetricSet, Reading } from './metric-set.ts'

/** What the parts of the registry tell of themselves. Each is there where its part is. */
export interface Parts {
  /** `storage.s3.uploadmemory`, and who waits for it. */
  readonly uploadMemory?: (() => UploadMemory) | undefined
  /** The certificates that are served: the names in each, and when it ends. */
  readonly certificates?: (() => readonly { readonly names: readonly string[]; readonly notAfter: Date }[]) | undefined
  /** How many passwords wait to be compared. */
  readonly authWaiting?: (() => number) | undefined
  /** How many notifications wait to be sent, by the endpoint's name. */
  readonly notificationsWaiting?: (() => readonly { readonly endpoint: string; readonly events: number }[]) | undefined
  /** Blobs that are on their way from an upstream. */
  readonly fetching?: (() => number) | undefined
  /** The checks of the `health` section, and whether each passes. */
  readonly health?: Health | undefined
}

/** Gauges of what the parts know already. */
export function partMetrics(set: MetricSet, parts: Parts): void {
  const memory = (of: (memory: UploadMemory) => number) => () => parts.uploadMemory && of(parts.uploadMemory())
  set.gauge(
    'registry_upload_memory_limit_bytes',
    'What uploads together may hold on their way to the store (storage.s3.uploadmemory).',
    memory(({ limit }) => limit),
  )
  set.gauge(
    'registry_upload_memory_used_bytes',
    'What of it is taken.',
    memory(({ used }) => used),
  )
  set.gauge(
    'registry_upload_memory_waiting',
    'Parts of uploads that wait for some of it.',
    memory(({ waiting }) => waiting),
  )
  set.gauge(
    'registry_certificate_not_after_timestamp_seconds',
    'When a certificate that is served ends, in seconds since 1970; its days left are that minus time(), divided by 86400.',
    each(parts.certificates, ({ names, notAfter }) => ({ labels: { certificate: names[0] ?? '' }, value: notAfter.getTime() / 1000 })),
  )
  set.gauge('registry_auth_waiting', 'Requests whose password waits to be compared.', () => parts.authWaiting?.())
  set.gauge(
    'registry_notifications_waiting',
    'Events that wait to be sent, by endpoint (notifications.endpoints).',
    each(parts.notificationsWaiting, ({ endpoint, events }) => ({ labels: { endpoint }, value: events })),
  )
  set.gauge('registry_proxy_fetches_in_flight', 'Blobs that are on their way from an upstream (proxy).', () => parts.fetching?.())
  set.gauge(
    'registry_health_check_up',
    'Whether a check of the health section passes: 1 or 0.',
    each(
      () => parts.health?.watched ?? [],
      ({ name, failure }) => ({ labels: { check: name }, value: failure === undefined ? 1 : 0 }),
    ),
  )
}

const each =
  <Item>(read: (() => readonly Item[]) | undefined, reading: (item: Item) => Reading) =>
  () =>
    read?.().map(reading)
