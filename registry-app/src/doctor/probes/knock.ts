import { isIP } from 'node:net'
import { field } from '../../s3/answer-fields.ts'
import type { S3Bucket } from '../../s3/bucket.ts'
import { withContentMd5 } from '../../s3/content-md5.ts'
import { parseXml, textOf } from '../../s3/xml.ts'
import type { Patient } from '../patient.ts'
import type { Way } from '../way.ts'
import { hostname } from './reachable.ts'

export interface Knock {
  /** The store believed the signature; what it then thought of the request is another matter. */
  readonly believed: boolean
  /** Why not, or what else is wrong. */
  readonly says: string
  /** The region that it would rather see. */
  readonly region: string | undefined
}

/** All answers are of interest but one: the client sets its clock by it, and asks again. */
const expects = (_status: number, code: string | undefined) => code !== 'RequestTimeTooSkewed'

/** Asks for a list of nothing in a given way, to see whether the store believes who is asking. */
export async function knock(patient: Patient, way: Partial<Way>): Promise<Knock> {
  if (way.addressing === 'virtual' && isIP(hostname(patient.origin))) return refusal('an IP address has no names below it')
  try {
    const bucket = await patient.bucket(way)
    const query = { prefix: patient.prefix, 'max-keys': '1' }
    const answer = await bucket.send({ operation: 'ListObjects', method: 'GET', query, expects, signal: patient.signal })
    if (answer.status < 300) return { believed: true, says: 'it is accepted', region: undefined }
    const believed = answer.code === 'NoSuchBucket' || (answer.code === 'AccessDenied' && (await mayPut(patient, bucket)))
    return { believed, says: says(answer), region: field(answer.headers, 'x-amz-bucket-region') ?? element(answer.text, 'Region') }
  } catch (cause) {
    patient.signal.throwIfAborted()
    return refusal(cause instanceof Error ? cause.message : String(cause))
  }
}

/** Who may not list may still be known; who is nobody to the store may not put either. With the MD5, without which some buckets refuse whoever puts. */
async function mayPut({ key, signal }: Patient, bucket: S3Bucket): Promise<boolean> {
  const call = {
    operation: 'PutObject',
    method: 'PUT',
    key: key('knock'),
    body: [Buffer.from('knock')],
    expects: () => true,
    signal,
  } as const
  return (await bucket.send(await withContentMd5(call))).status < 300
}

const refusal = (says: string): Knock => ({ believed: false, says, region: undefined })

function says({ status, code, text }: { status: number; code: string | undefined; text: string }): string {
  const message = element(text, 'Message')
  return [code ?? `HTTP ${status}`, message].filter(Boolean).join(': ')
}

function element(text: string, name: string): string | undefined {
  try {
    return textOf(parseXml(text), name)
  } catch {
    // What is no XML has no elements.
    return undefined
  }
}
