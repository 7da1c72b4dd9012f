import type { S3Answer, S3Bucket, S3Call } from './bucket.ts'
import { parseXml, type XmlElement } from './xml.ts'

/** The XML of an answer. @throws S3Error if it is none, as when something that is no S3 store answered */
export function answerElement(bucket: S3Bucket, call: S3Call, answer: S3Answer): XmlElement {
  try {
    return parseXml(answer.text)
  } catch (cause) {
    throw bucket.error(call, answer, `what answered is no S3 store: ${cause instanceof Error ? cause.message : cause}`)
  }
}
