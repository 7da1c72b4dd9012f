import { LRUCache } from 'lru-cache'

/** What uploads hold that are not closed: of one quota, as far as it came through this process. */
export interface Unfinished {
  /** In bytes. */
  size(): number
  /** What one of them holds, in bytes. */
  of(upload: string): number
  set(upload: string, bytes: number): void
  /** There is so much more in it. */
  add(upload: string, bytes: number): void
  /** It holds nothing any more. */
  end(upload: string): void
}

/** Of so many uploads it is remembered how much each holds. The bytes of the others count until they are too old. */
const most = 20_000
/** Bytes are added up by the hour in which something came last. */
const hour = 3_600_000

/** @param age milliseconds after which an upload that received nothing is taken away by itself (`storage.maintenance.uploadpurging`) */
export function unfinished(age: number, now: () => Date): Unfinished {
  const uploads = new LRUCache<string, { bytes: number; at: number }>({ maxSize: most, sizeCalculation: () => 1 })
  const byHour = new Map<number, number>()

  const change = (at: number, bytes: number) => {
    // What is too old has left with its hour.
    if (bytes > 0 || byHour.has(at)) byHour.set(at, Math.max(0, (byHour.get(at) ?? 0) + bytes))
  }
  const end = (upload: string) => {
    const found = uploads.get(upload)
    uploads.delete(upload)
    if (found) change(found.at, -found.bytes)
    return found?.bytes ?? 0
  }

  const set = (upload: string, bytes: number) => {
    const at = Math.floor(now().getTime() / hour) * hour
    uploads.set(upload, { bytes, at })
    change(at, bytes)
  }

  return {
    size() {
      const oldest = now().getTime() - age - hour
      for (const at of byHour.keys()) if (at < oldest) byHour.delete(at)
      return byHour.values().reduce((sum, bytes) => sum + bytes, 0)
    },
    of: upload => uploads.get(upload)?.bytes ?? 0,
    set(upload, bytes) {
      end(upload)
      set(upload, bytes)
    },
    add: (upload, bytes) => set(upload, end(upload) + bytes),
    end: upload => void end(upload),
  }
}
