// Runs in a container beside the registry: pulls an image again and again until it is told to end, and counts what failed. Each request has a
// connection of its own, and tries no second time: whatever a replica that goes away does to its clients is seen.
import { createHash } from 'node:crypto'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const { REGISTRY, PASSWORD } = process.env
const authorization = `Basic ${Buffer.from(`builder:${PASSWORD}`).toString('base64')}`
let ended = false
process.on('SIGTERM', () => (ended = true))

const get = path =>
  new Promise((resolve, reject) => {
    const accept = 'application/vnd.oci.image.manifest.v1+json'
    const request = http.get(
      `http://${REGISTRY}/v2/team/image/${path}`,
      { agent: false, headers: { authorization, accept } },
      async answer => {
        try {
          const body = Buffer.concat(await answer.toArray())
          if (answer.statusCode === 200) resolve(body)
          else reject(new Error(`${path}: ${answer.statusCode}`))
        } catch (cause) {
          reject(cause)
        }
      },
    )
    request.on('error', reject)
  })

let pulls = 0
let failed = 0
while (!ended) {
  try {
    const { config, layers } = JSON.parse(await get('manifests/latest'))
    for (const { digest } of [config, ...layers]) {
      const hex = createHash('sha256')
        .update(await get(`blobs/${digest}`))
        .digest('hex')
      if (`sha256:${hex}` !== digest) throw new Error(`${digest}: other bytes`)
    }
    pulls += 1
  } catch (cause) {
    failed += 1
    process.stdout.write(`${cause}\n`)
  }
  await sleep(50)
}
process.stdout.write(`${pulls} pulls, ${failed} failed\n`)
