import { hash } from 'node:crypto'
import { answerElement } from '../../../registry-app/src/s3/answer-element.ts'
import { headObject } from '../../../registry-app/src/s3/head-object.ts'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import { childrenOf, escapeXml, textOf, type XmlElement } from '../../../registry-app/src/s3/xml.ts'
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
    const body = deletion([...keys, patient.key('delete/nowhere')])
    const call = {
      operation: 'DeleteObjects',
      method: 'POST',
      query: { delete: '' },
      headers: deletionHeaders(body),
      body: [body],
      signal,
    } as const
    const failed = failuresIn(answerElement(bucket, call, await bucket.send(call)))
    if (failed.length > 0) return lacking(`it refuses single keys: ${failed[0]}; each key costs a request`)
    for (const key of keys)
      expect((await headObject(bucket, key, { signal })) === undefined, 'it says that objects are gone that are still there')
    return good('several keys go in one request')
  },
}

export function deletion(keys: readonly string[]): Buffer {
  const objects = keys.map(key => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('')
  return Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}</Delete>`)
}

/** The one operation that demands a checksum; the MD5 is the one that every store understands. */
export const deletionHeaders = (body: Buffer) => ({ 'content-type': 'application/xml', 'content-md5': hash('md5', body, 'base64') })

/** The answer is 200 whatever became of the keys: each has its own result. */
export const failuresIn = (result: XmlElement): readonly string[] =>
  childrenOf(result, 'Error').map(error => `${textOf(error, 'Code')}: ${textOf(error, 'Message')}`)
