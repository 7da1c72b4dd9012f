/** What the end-points of the extension answer (docs/page.md). */

export interface RepositoriesAnswer {
  readonly asOf?: string
  readonly building: boolean
  readonly problem?: 'too-large' | 'failed'
  readonly you: { readonly name?: string; readonly administers: boolean }
  readonly version: string
  /** All of it is a cache of another registry: nothing is pushed. */
  readonly caches: boolean
  readonly from: number
  readonly total: number
  readonly entries: readonly Entry[]
}

export type Entry = RepositoryEntry | FolderEntry

export interface RepositoryEntry {
  readonly name: string
  readonly bytes?: number
  readonly tags?: number
  readonly pushed?: string
  /** It is a cache of another registry's. */
  readonly cached?: true
}

export interface FolderEntry {
  readonly folder: string
  readonly repositories: number
  readonly bytes: number
  readonly pushed?: string
}

export type Collects = 'no' | 'yes' | 'untagged'

export interface TagsAnswer {
  readonly name: string
  readonly asOf?: string
  readonly bytes?: number
  readonly manifests?: number
  readonly deletable: boolean
  readonly collects: Collects
  /** Milliseconds; absent: what is deleted cannot be restored. */
  readonly undoFor?: number
  /** Whether whoever looks may restore. */
  readonly restorable: boolean
  readonly cache?: CacheAnswer
  readonly from: number
  readonly total: number
  readonly cut: boolean
  readonly tags: readonly { readonly tag: string; readonly pushed: string; readonly digest?: string }[]
}

export interface SharingAnswer {
  readonly digest: string
  readonly size: number
  readonly tags: readonly string[]
  readonly goes: { readonly manifests: readonly string[]; readonly bytes: number }
  readonly shares: readonly { readonly tag: string; readonly bytes: number }[]
  readonly complete: boolean
  readonly deletable: boolean
  readonly collects: Collects
  readonly undoFor?: number
  readonly restorable: boolean
  readonly cached: boolean
}

/** Where a repository of a cache comes from, as far as one may know, and how many milliseconds it stays after its last pull; 0: for ever. */
export interface CacheAnswer {
  readonly from?: string
  readonly keptFor: number
}

interface Removal {
  readonly removed: string
  readonly until: string
  readonly by?: string
}

export interface RestorableAnswer {
  readonly restorable: boolean
  readonly undoFor?: number
  readonly from: number
  readonly total: number
  readonly cut: boolean
  readonly repository?: Removal & { readonly tags: number; readonly manifests: number }
  readonly entries: readonly RestorableEntry[]
}

export interface RestorableEntry extends Removal {
  readonly tag?: string
  readonly digest: string
  readonly size?: number
  readonly rule?: string
  readonly gone: boolean
  readonly taken: boolean
  readonly partOf?: string
}

export interface DeletedRepositoriesAnswer {
  readonly undoFor?: number
  readonly from: number
  readonly total: number
  readonly cut: boolean
  readonly entries: readonly (Removal & {
    readonly name: string
    readonly tags: number
    readonly manifests: number
    readonly restorable: boolean
  })[]
}

export interface RestoredAnswer {
  readonly name: string
  readonly tags: number
  readonly manifests: number
  readonly notRestored: number
  readonly failed: readonly { readonly digest: string; readonly tags: readonly string[]; readonly reason: string }[]
}

export interface StorageAnswer {
  readonly asOf?: string
  readonly building: boolean
  readonly problem?: 'too-large' | 'failed'
  readonly repositories: number
  readonly largest: readonly { readonly name: string; readonly bytes: number }[]
  readonly history: readonly DayOfHistory[]
  readonly recent: readonly {
    readonly at: string
    readonly action: 'push' | 'delete'
    readonly name: string
    readonly reference: string
    readonly by?: string
  }[]
  readonly whole?: WholeAnswer
}

export interface DayOfHistory {
  readonly day: string
  readonly bytes?: number
  readonly largest: readonly (readonly [name: string, bytes: number])[]
}

export interface Amount {
  readonly blobs: number
  readonly size: number
}

export interface WholeAnswer {
  readonly version: string
  readonly stored?: Amount
  readonly unlinked?: Amount
  readonly collection?: { readonly at: number; readonly freed: Amount; readonly condemned: Amount; readonly due?: number }
  readonly collects: Collects
  readonly requests: {
    readonly since: string
    readonly processes: number
    readonly operations: readonly { readonly operation: string; readonly requests: number; readonly priced: 'put' | 'get' | 'free' }[]
  }
  readonly prices: { readonly currency: string; readonly put: number; readonly get: number; readonly storage: number }
  readonly health: readonly { readonly name: string; readonly state: 'ok' | 'warning' | 'failed'; readonly detail?: string }[]
  readonly certificates: readonly { readonly names: readonly string[]; readonly notAfter: string; readonly daysLeft: number }[]
}

export interface DoctorAnswer {
  readonly examines: 'yes' | 'no-store' | 'read-only' | 'off'
  readonly running: boolean
  readonly failed: boolean
  readonly last?: {
    readonly at: string
    readonly verdict: 'good' | 'lacking' | 'bad'
    readonly questions: number
    readonly good: number
    readonly unasked: number
    readonly findings: readonly { readonly name: string; readonly verdict: 'lacking' | 'bad'; readonly says: string }[]
    /** YAML. */
    readonly settings?: string
  }
}

/** Of the OCI image specification, and of Docker before it: what the page shows. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string; readonly 'os.version'?: string }
}

export interface Manifest {
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
  readonly manifests?: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>>
}

export interface ImageConfig {
  readonly created?: string
  readonly os?: string
  readonly architecture?: string
  readonly config?: {
    readonly Entrypoint?: readonly string[] | null
    readonly Cmd?: readonly string[] | null
    readonly Env?: readonly string[] | null
    readonly Labels?: Readonly<Record<string, string>> | null
    readonly WorkingDir?: string
    readonly User?: string
    readonly ExposedPorts?: Readonly<Record<string, object>> | null
    readonly Volumes?: Readonly<Record<string, object>> | null
  }
  readonly history?: readonly { readonly created_by?: string; readonly comment?: string; readonly empty_layer?: boolean }[]
}
