import type { ServerResponse } from 'node:http'
import type { Fault } from './fault.ts'

/** Answers with an error as S3 words it: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function answerWithS3Error(response: ServerResponse, { status, code, message }: Extract<Fault, { kind: 'answer' }>): void {
  const text = message === undefined ? '' : `<Message>${message}</Message>`
  response.writeHead(status, { 'Content-Type': 'application/xml', 'x-amz-request-id': 'fault-proxy' })
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code>${text}<RequestId>fault-proxy</RequestId></Error>`)
}
