import type { S3Bucket } from '../../s3/bucket.ts'
import { deleteObjectsCall } from '../../s3/delete-objects-call.ts'
import { headObject } from '../../s3/head-object.ts'
import { putObject } from '../../s3/put-object.ts'
import { parseXml } from '../../s3/xml.ts'
import type { Patient } from '../patient.ts'
import { expect, good, lacking, type Probe } from '../probe.ts'
import { failuresIn } from './delete-many.ts'
import { presignedRequest } from './presigned-request.ts'

const offline = 'garbage is collected while nobody pushes only'

/**
 * A delete that the store itself refuses once its time is over. The collector's deletes carry a deadline, so that one that was held up
 * somewhere on the way takes nothing that a push has come to rely on meanwhile.
 */
export const expiredDelete: Probe = {
  name: 'expired delete',
  without: offline,
  async ask(patient) {
    const bucket = await patient.bucket()
    const many = await refuses(patient, bucket, deleteMany)
    if (many === 'refused') return good('a delete whose signature has expired is refused, for many keys as for one')
    const one = await refuses(patient, bucket, deleteOne)
    if (many === 'deleted' || one === 'deleted') return lacking(`it deletes although the signature has expired: ${offline}`)
    if (one === 'refused') return lacking('single deletes expire, deletes of many keys cannot be presigned: each key costs a request')
    return lacking(`it takes no presigned delete at all: ${offline}`)
  },
}

type Outcome = 'refused' | 'deleted' | 'unable'

/** @returns whether the store says that it was done */
type Attempt = (patient: Patient, bucket: S3Bucket, key: string, since: number) => Promise<boolean>

/** First a signature that ended a minute ago, which must leave the object; then one that is good, which must take it. */
async function refuses(patient: Patient, bucket: S3Bucket, attempt: Attempt): Promise<Outcome> {
  const { signal } = patient
  const key = patient.key('expired/object')
  await putObject(bucket, key, [Buffer.from('still here')], { signal })
  const claimed = await attempt(patient, bucket, key, -120)
  if ((await headObject(bucket, key, { signal })) === undefined) return 'deleted'
  expect(!claimed, 'it says that an expired delete was done, and it was not')
  await attempt(patient, bucket, key, 0)
  return (await headObject(bucket, key, { signal })) === undefined ? 'refused' : 'unable'
}

const deleteOne: Attempt = async (patient, bucket, key, since) => {
  const url = await presignedRequest(bucket, { method: 'DELETE', key, since, validFor: 60 })
  return (await patient.web.request(url, { method: 'DELETE' })).status < 300
}

/** MinIO answers 200 to an expired one as well, with an error for each key. */
const deleteMany: Attempt = async (patient, bucket, key, since) => {
  const {
    headers,
    body: [body],
  } = deleteObjectsCall([{ key }], {})
  const url = await presignedRequest(bucket, { method: 'POST', query: { delete: '' }, headers, since, validFor: 60 })
  const answer = await patient.web.request(url, { method: 'POST', headers, body })
  return answer.status < 300 && failuresIn(parseXml(answer.body.toString())).length === 0
}
