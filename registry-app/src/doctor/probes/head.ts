import { headObject } from '../../s3/head-object.ts'
import { expect, good, type Probe } from '../probe.ts'
import { small } from './put.ts'

export const head: Probe = {
  name: 'head',
  async ask(patient) {
    const { signal } = patient
    const bucket = await patient.bucket()
    const found = await headObject(bucket, patient.key('small'), { signal })
    expect(found?.size === small.length, `the size is given as ${found?.size}, not ${small.length}`)
    expect(
      (await headObject(bucket, patient.key('nowhere'), { signal })) === undefined,
      'an object that was never stored is said to be there',
    )
    return good('sizes are right, and what is not there is 404')
  },
}
