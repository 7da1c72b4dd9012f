import { createHash, createHmac } from 'node:crypto'
import type { S3Server } from './s3-server.ts'

type Access = Pick<S3Server, 'endpoint' | 'accessKeyId' | 'secretAccessKey' | 'region'>

/**
 * Creates a bucket with a request that is signed here, in version 4, so that what is tested is not what prepares the test.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function createBucket({ endpoint, accessKeyId, secretAccessKey, region }: Access, name: string): Promise<void> {
  const url = new URL(name, endpoint)
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`
  const payload = sha256('')
  const headers = { host: url.host, 'x-amz-content-sha256': payload, 'x-amz-date': time }
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([header, value]) => `${header}:${value}\n`)
  const request = ['PUT', url.pathname, '', lines.join(''), names, payload].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((previous, part) => hmac(previous, part), `AWS4${secretAccessKey}`)
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n')).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`

  const { host: _, ...sent } = headers
  const answer = await fetch(url, { method: 'PUT', headers: { ...sent, authorization } })
  if (!answer.ok) throw new Error(`PUT ${url}: ${answer.status} ${await answer.text()}`)
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
