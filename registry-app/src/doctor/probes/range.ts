import { expect, good, type Probe } from '../probe.ts'
import { read } from './content.ts'
import { small } from './put.ts'

/** A pull that broke goes on where it was. */
export const range: Probe = {
  name: 'ranged get',
  async ask(patient) {
    const bucket = await patient.bucket()
    const some = await read(bucket, patient.key('small'), patient.signal, { first: 1000, last: 1999 })
    expect(some?.equals(small.subarray(1000, 2000)) === true, 'the bytes from 1000 to 1999 are not those that were stored there')
    const rest = await read(bucket, patient.key('small'), patient.signal, { first: small.length - 10 })
    expect(rest?.equals(small.subarray(-10)) === true, 'the last ten bytes are not those that were stored there')
    return good('parts of an object come back')
  },
}
