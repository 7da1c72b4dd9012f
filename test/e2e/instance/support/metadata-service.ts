import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

/**
 * `node metadata-service.ts INSTANCE ACCESS-KEY SECRET-KEY SESSION-TOKEN`: what an EC2 instance finds at 169.254.169.254, version 2 alone.
 *
 * It stands where AWS's own stands, in the network of the booted machine; how many hops an answer may take is not counted here.
 */
const [instance = '', AccessKeyId, SecretAccessKey, Token] = process.argv.slice(2)
const role = 'registry-role'
const token = randomUUID()
const hour = 3_600_000

const answers: Readonly<Record<string, () => string>> = {
  '/latest/meta-data/instance-id': () => instance,
  '/latest/meta-data/iam/security-credentials/': () => role,
  [`/latest/meta-data/iam/security-credentials/${role}`]: () => {
    const times = { LastUpdated: new Date(), Expiration: new Date(Date.now() + 6 * hour) }
    return JSON.stringify({ Code: 'Success', Type: 'AWS-HMAC', AccessKeyId, SecretAccessKey, Token, ...times })
  },
}

createServer((request, response) => {
  if (request.method === 'PUT' && request.url === '/latest/api/token') {
    return response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', 300).end(token)
  }
  if (request.headers['x-aws-ec2-metadata-token'] !== token) return response.writeHead(401).end()
  const answer = answers[request.url ?? '']
  return answer === undefined ? response.writeHead(404).end() : response.end(answer())
}).listen(80, '169.254.169.254')
