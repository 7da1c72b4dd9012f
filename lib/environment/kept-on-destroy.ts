import { kitCommand } from '../kit-command.ts'
import type { CdktfEnvironment } from './environment.ts'

/** What is left when the data stack is destroyed, and how it goes, in a sentence or two. */
export function keptOnDestroy({ name, storage }: Pick<CdktfEnvironment, 'name' | 'storage'>): string {
  if (storage.driver === 'filesystem') {
    return storage.onDestroy === 'delete'
      ? `nothing: the volume goes, and the images with it`
      : `the volume registry-${name}, since its destruction is refused; onDestroy: delete, deployed, lets it go with the images`
  }
  const { bucket, existing, onDestroy } = storage
  if (existing) return `the bucket ${bucket}, which this stack did not make, and everything in it`
  const empty = `${kitCommand} empty ${name} deletes what is in it, and then a destroy deletes the bucket`
  if (onDestroy === 'empty') return `the bucket ${bucket} while anything is in it, since its destruction then fails; ${empty}`
  return `the bucket ${bucket}, since its destruction is refused; with onDestroy: empty, deployed, ${empty}`
}
