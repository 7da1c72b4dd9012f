import { answersOk } from './answers-ok.ts'
import { createBucket } from './create-bucket.ts'
import { freePort } from './free-port.ts'
import type { S3Server, S3ServerOptions } from './s3-server.ts'
import { startProcess } from './start-process.ts'

/** Versity's gateway to a folder of files. It takes Signature Version 4 alone, and only for its own region. */
export async function startVersityServer({ binary, folder, region = 'us-east-1' }: S3ServerOptions): Promise<S3Server> {
  const port = await freePort()
  const access = { endpoint: `http://127.0.0.1:${port}`, accessKeyId: 'versity-access-key', secretAccessKey: 'versity/secret+key', region }
  const { pid, stop } = await startProcess({
    file: binary,
    args: ['--port', `127.0.0.1:${port}`, '--region', region, '--health', '/health', '--quiet', 'posix', folder],
    env: { HOME: folder, ROOT_ACCESS_KEY: access.accessKeyId, ROOT_SECRET_KEY: access.secretAccessKey },
    ready: () => answersOk(`${access.endpoint}/health`),
  })
  return { ...access, folder, pid, createBucket: name => createBucket(access, name), stop }
}
