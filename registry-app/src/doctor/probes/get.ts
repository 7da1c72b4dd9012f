import { expect, good, type Probe } from '../probe.ts'
import { read } from './content.ts'
import { small } from './put.ts'

export const get: Probe = {
  name: 'get',
  first: true,
  async ask(patient) {
    const { signal } = patient
    const bucket = await patient.bucket()
    const bytes = await read(bucket, patient.key('small'), signal)
    expect(bytes?.equals(small) === true, 'what came back is not what was stored')
    expect((await read(bucket, patient.key('empty'), signal))?.length === 0, 'an empty object did not come back as one')
    expect((await read(bucket, patient.key('nowhere'), signal)) === undefined, 'an object that was never stored is said to be there')
    return good('what comes back is what was stored')
  },
}
