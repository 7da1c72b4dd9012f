import { answerElement } from '../../s3/answer-element.ts'
import { deleteObjectsCall } from '../../s3/delete-objects-call.ts'
import { headObject } from '../../s3/head-object.ts'
import { putObject } from '../../s3/put-object.ts'
import { childrenOf, textOf, type XmlElement } from '../../s3/xml.ts'
import { expect, good, lacking, type Probe } from '../probe.ts'

/** DeleteObjects, which the registry's own client does without where the store refuses it: so it is asked for by itself here. */
export const deleteMany: Probe = {
  name: 'delete many',
  without: 'each key costs a request',
  async ask(patient) {
    const { signal } = patient
    const bucket = await patient.bucket()
    const keys = ['one', 'two', 'three'].map(name => patient.key(`delete/many-${name}`))
    for (const key of keys) await putObject(bucket, key, [Buffer.from(key)], { signal })
    const named = [...keys, patient.key('delete/nowhere')].map(key => ({ key }))
    const call = deleteObjectsCall(named, { signal })
    const failed = failuresIn(answerElement(bucket, call, await bucket.send(call)))
    if (failed.length > 0) return lacking(`it refuses single keys: ${failed[0]}; each key costs a request`)
    for (const key of keys)
      expect((await headObject(bucket, key, { signal })) === undefined, 'it says that objects are gone that are still there')
    return good('several keys go in one request')
  },
}

/** The answer is 200 whatever became of the keys: each has its own result. */
export const failuresIn = (result: XmlElement): readonly string[] =>
  childrenOf(result, 'Error').map(error => `${textOf(error, 'Code')}: ${textOf(error, 'Message')}`)
