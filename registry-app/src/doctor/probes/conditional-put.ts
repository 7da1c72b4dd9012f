import { putObjectIfAbsent } from '../../s3/put-object-if-absent.ts'
import { expect, good, lacking, type Probe } from '../probe.ts'
import { read } from './content.ts'

const alone = 'exactly one process may have maintenance switched on'

/** PutObject with `If-None-Match: *`. Some stores ignore the condition in silence, and overwrite. */
export const conditionalPut: Probe = {
  name: 'conditional put',
  without: alone,
  async ask(patient) {
    const { signal } = patient
    const bucket = await patient.bucket()
    const key = patient.key('conditional/one')
    expect(await putObjectIfAbsent(bucket, key, [Buffer.from('first')], { signal }), 'it says that an object is there that never was')
    const second = await putObjectIfAbsent(bucket, key, [Buffer.from('second')], { signal })
    const left = String(await read(bucket, key, signal))
    if (second || left !== 'first') return lacking(`it ignores the condition in silence, and overwrites: ${alone}`)

    const racers = Array.from({ length: 8 }, (_, at) =>
      putObjectIfAbsent(bucket, patient.key('conditional/race'), [Buffer.from(`racer ${at}`)], { signal }),
    )
    const winners = (await Promise.all(racers)).filter(Boolean).length
    if (winners !== 1) return lacking(`of eight writers at once ${winners} won: ${alone}`)
    return good('of eight writers at once one wins')
  },
}
