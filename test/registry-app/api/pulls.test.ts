import { expect, test } from 'vitest'
import { trialServer } from '../http/support/trial-server.ts'
import { pushImage } from '../support/images.ts'

async function noted() {
  const notes: string[] = []
  const pulls = { note: (name: string, digest: string, tag?: string) => void notes.push(`${name} ${tag ?? '-'} ${digest}`) }
  const served = await trialServer({ registry: { pulls } })
  const { digest } = await pushImage(served.registry, 'team/app', 'a layer', { as: 'v1' })
  return { ...served, notes, digest }
}

test('a pull counts by tag and by digest, whether the manifest is sent, only asked for, or there already', async () => {
  const { call, notes, digest } = await noted()
  expect((await call({ path: '/v2/team/app/manifests/v1' })).status).toBe(200)
  expect((await call({ method: 'HEAD', path: '/v2/team/app/manifests/v1' })).status).toBe(200)
  expect((await call({ path: '/v2/team/app/manifests/v1', headers: { 'if-none-match': `"${digest}"` } })).status).toBe(304)
  expect((await call({ path: `/v2/team/app/manifests/${digest}` })).status).toBe(200)
  expect(notes).toEqual([...Array(3).fill(`team/app v1 ${digest}`), `team/app - ${digest}`])
})

test('what is not there is no pull, nor are lists and blobs', async () => {
  const { call, notes } = await noted()
  for (const path of ['manifests/v2', 'tags/list', `referrers/sha256:${'0'.repeat(64)}`, `blobs/sha256:${'0'.repeat(64)}`])
    await call({ path: `/v2/team/app/${path}` })
  expect(notes).toEqual([])
})
