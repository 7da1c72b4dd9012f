import { beforeAll, describe, expect, it } from 'vitest'
import { providerNamed } from '../../../lib/environment/providers/index.ts'
import type { Feature } from '../../../lib/environment/providers/provider-preset.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { startVersity, versity } from '../support/versity.ts'
import { runDoctor } from './run-doctor.ts'

/** The question that tells whether the preset is right. A lifecycle rule may be missing where rules are known: that is read off the sentence. */
const questions: Readonly<Record<Feature, string>> = {
  listV1: 'list, version 1',
  listV2: 'list, version 2',
  multiDelete: 'delete many',
  copy: 'copy',
  partCopy: 'copy in parts',
  conditionalPut: 'conditional put',
  presignedUrls: 'presigned URLs, v4',
  lifecycle: 'lifecycle',
}

const servers: readonly [name: string, need: object, start: () => Promise<S3Server>][] = [
  ['minio', minio, startMinio],
  ['versity', versity, startVersity],
]

describe.each(servers)('the preset %s', (name, need, start) => {
  suite('is what the doctor finds', [need], () => {
    const preset = providerNamed(name)
    let report: { signing: string[]; addressing: string[]; results: { name: string; verdict: string; says: string }[] }

    beforeAll(async () => {
      const server = await start()
      await server.createBucket('images')
      report = JSON.parse((await runDoctor(server, { args: ['--json'] })).out)
    })

    it('signing', () => {
      expect(report.signing).toEqual(preset.signing)
    })

    it('addressing: by path, where it has an address and no name', () => {
      expect(report.addressing).toEqual(['path'])
      expect(preset.addressing[0]).toBe('path')
    })

    it.each(Object.entries(questions) as [Feature, string][])('%s', (feature, question) => {
      const result = report.results.find(each => each.name === question)
      const known = result?.verdict === 'good' || result?.says.startsWith('no rule aborts')
      expect(preset.supports[feature]).toBe(known ? 'yes' : 'no')
    })
  })
})
