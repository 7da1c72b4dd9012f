import { setTimeout as sleep } from 'node:timers/promises'
import { type Image, type ImageBlob, manifestType } from './image.ts'
import { acknowledged, waysToPush } from './push-blob.ts'

/** What the registry has said that it keeps. */
export interface Acknowledged {
  blobs: { repository: string; blob: ImageBlob }[]
  images: Image[]
  /** How often a push was cut short and begun again. */
  interruptions: number
}

const pushers = 3
const tries = 4

/** Pushes them all, some at once, each way in turn; what is cut short is tried again, as clients do, and in the end given up. */
export async function pushImages(registry: string, images: readonly Image[]): Promise<Acknowledged> {
  const done: Acknowledged = { blobs: [], images: [], interruptions: 0 }
  const waiting = [...images.entries()]

  async function push(image: Image, number: number) {
    const repository = new URL(`/v2/${image.repository}/`, registry)
    for (const [index, blob] of image.blobs.entries()) {
      if (done.blobs.some(known => known.repository === image.repository && known.blob === blob)) continue
      await waysToPush[(number + index) % waysToPush.length]?.[1](repository, blob)
      done.blobs.push({ repository: image.repository, blob })
    }
    const headers = { 'content-type': manifestType }
    await acknowledged(201, new URL(`manifests/${image.tag}`, repository), { method: 'PUT', headers, body: image.manifest.content })
    done.images.push(image)
  }

  async function pushInTurn() {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [number, image] = next
      for (let attempt = 1; attempt <= tries; attempt += 1) {
        try {
          await push(image, number)
          break
        } catch (error) {
          // An answer in words is a mistake of the registry's; a connection that broke is what this is about.
          if (!(error instanceof TypeError)) throw error
          done.interruptions += 1
          await comeback(registry)
        }
      }
    }
  }

  await Promise.all(Array.from({ length: pushers }, pushInTurn))
  return done
}

/** Waits until the registry answers again. */
async function comeback(registry: string) {
  for (;;) {
    const answer = await fetch(`${registry}/v2/`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(10)
  }
}
