import { deleteObject } from '../../s3/delete-object.ts'
import { headObject } from '../../s3/head-object.ts'
import { putObject } from '../../s3/put-object.ts'
import { expect, good, type Probe } from '../probe.ts'

export const deleteOne: Probe = {
  name: 'delete',
  async ask(patient) {
    const { signal } = patient
    const bucket = await patient.bucket()
    const key = patient.key('delete/one')
    await putObject(bucket, key, [Buffer.from('one')], { signal })
    await deleteObject(bucket, key, { signal })
    expect((await headObject(bucket, key, { signal })) === undefined, 'the object is still there')
    await deleteObject(bucket, key, { signal })
    return good('objects go, and one that is not there is no error')
  },
}
