import { kitCommand } from '../kit-command.ts'
import type { CdktfEnvironment } from './environment.ts'

/** What is left when the data stack is destroyed, and how it goes, in a sentence or two. */
export function keptOnDestroy({ name, storage }: Pick<CdktfEnvironment, 'name' | 'storage'>): string {
  if (storage.driver === 'filesystem') {
    return storage.onDestroy === 'delete'
      ? `nothing: the volume is deleted, and the images with it`
      : `the volume registry-${name}: destroying it is refused. To delete it with the images, write onDestroy: delete, deploy, and destroy`
  }
  const { bucket, existing, onDestroy } = storage
  if (existing) return `the bucket ${bucket}, which this stack did not create, and everything in it`
  const empty = `run ${kitCommand} empty ${name}, and destroy`
  if (onDestroy === 'empty')
    return `the bucket ${bucket} while anything is in it: destroying it fails. To delete it with the images, ${empty}`
  return `the bucket ${bucket}: destroying it is refused. To delete it with the images, write onDestroy: empty, deploy, ${empty}`
}
