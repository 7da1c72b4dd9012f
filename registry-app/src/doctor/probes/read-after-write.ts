import { deleteObject } from '../../s3/delete-object.ts'
import { putObject } from '../../s3/put-object.ts'
import { expect, good, type Probe } from '../probe.ts'
import { read } from './content.ts'
import { listAll } from './listing.ts'

/** How often: a store of several nodes may be right by chance. */
const times = 8

/** What one replica wrote, another must see at once, in reads and in lists: AWS does so since December 2020. */
export const readAfterWrite: Probe = {
  name: 'read after write',
  async ask(patient) {
    const { signal, facts } = patient
    const bucket = await patient.bucket()
    const list = () => listAll(patient, facts.listV2 ? 2 : 1, { prefix: patient.key('fresh/') })
    for (let time = 0; time < times; time += 1) {
      const key = patient.key(`fresh/${time}`)
      expect((await read(bucket, key, signal)) === undefined, 'an object is there before it was stored')
      await putObject(bucket, key, [Buffer.from('old')], { signal })
      expect(String(await read(bucket, key, signal)) === 'old', 'a new object is not there at once')
      expect((await list()).keys.includes(key), 'a new object is not in the list at once')
      await putObject(bucket, key, [Buffer.from('new')], { signal })
      expect(String(await read(bucket, key, signal)) === 'new', 'an object that was replaced still gives its old bytes')
      await deleteObject(bucket, key, { signal })
      expect((await read(bucket, key, signal)) === undefined, 'an object that was deleted is still read')
      expect(!(await list()).keys.includes(key), 'an object that was deleted is still in the list')
    }
    return good(`reads and lists showed every change at once, ${times} times`)
  },
}
