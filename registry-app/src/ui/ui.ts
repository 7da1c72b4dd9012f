import type { Found } from '../ops/readiness.ts'
import type { Activity } from './activity.ts'
import type { AllRequests } from './all-requests.ts'
import type { Examinations } from './examinations.ts'
import type { Restorables } from './restorables.ts'
import type { sharings } from './sharing.ts'
import type { Summaries } from './summaries.ts'
import type { TagLists } from './tag-lists.ts'

/** Of a certificate that is served, when it ends. */
export interface CertificateExpiry {
  readonly names: readonly string[]
  readonly notAfter: string
  readonly daysLeft: number
}

/** What the page is told beyond what the API tells everybody. */
export interface Ui {
  readonly version: string
  readonly summaries: Pick<Summaries, 'current'>
  readonly activity: Activity
  readonly tags: TagLists
  readonly sharing: ReturnType<typeof sharings>
  readonly restorables: Restorables
  readonly prices: Prices
  readonly requests: Pick<AllRequests, 'total'>
  /** What `/readyz` says. */
  readonly health: () => Promise<readonly Found[]>
  readonly doctor: {
    /** Whether he looks at the store, or why not. */
    readonly examines: 'yes' | 'no-store' | 'read-only' | 'off'
    /** Absent: nobody looks, nor ever did. */
    readonly examinations?: Pick<Examinations, 'last' | 'begin'> | undefined
  }
  readonly certificates: () => readonly CertificateExpiry[]
  /** How long what is deleted can be restored (`policy.undo`), in milliseconds; absent: not at all. */
  readonly undoFor: number | undefined
  /** Nothing is pushed here: every repository that is below no prefix is another registry's (`proxy.remoteurl`). */
  readonly caches: boolean
  /** Whether the service collects garbage by itself, and takes untagged manifests too. */
  readonly collects: 'no' | 'yes' | 'untagged'
}

/** What the store asks for (`ui.prices`). */
export interface Prices {
  readonly currency: string
  /** For 1000 requests that write or list. */
  readonly put: number
  /** For 1000 requests that read. */
  readonly get: number
  /** For a GB (2^30 bytes) and month. */
  readonly storage: number
}
