import { answersOk } from './answers-ok.ts'
import { createBucket } from './create-bucket.ts'
import { freePort } from './free-port.ts'
import type { S3Server, S3ServerOptions } from './s3-server.ts'
import { startProcess } from './start-process.ts'

export interface MinioOptions extends S3ServerOptions {
  /** Refuse requests that are signed for another region; else MinIO takes all. */
  readonly strictRegion?: boolean | undefined
  /** Buckets are also names below this domain (virtual-hosted addressing). */
  readonly domain?: string | undefined
  /** The one key of its own key management service, by which it encrypts what it is asked to; else it refuses to. */
  readonly kmsKey?: string | undefined
  /** Where it listens: 127.0.0.1 unless told; for containers, an address of the machine that they reach. */
  readonly address?: string | undefined
  /** Any that is free unless told: to come back where it was. */
  readonly port?: number | undefined
}

/** MinIO on one folder. It takes Signature Version 2 and 4. */
export async function startMinioServer(options: MinioOptions): Promise<S3Server> {
  const { binary, folder, region = 'us-east-1', strictRegion = false, domain, kmsKey, address = '127.0.0.1' } = options
  const port = options.port ?? (await freePort())
  const access = { endpoint: `http://${address}:${port}`, accessKeyId: 'minio-access-key', secretAccessKey: 'minio/secret+key', region }
  const { pid, stop } = await startProcess({
    file: binary,
    args: ['server', '--quiet', '--address', `${address}:${port}`, folder],
    env: {
      HOME: folder,
      MINIO_ROOT_USER: access.accessKeyId,
      MINIO_ROOT_PASSWORD: access.secretAccessKey,
      MINIO_BROWSER: 'off',
      // It would ask its maker for a newer version.
      MINIO_UPDATE: 'off',
      ...(strictRegion && { MINIO_REGION: region }),
      ...(domain && { MINIO_DOMAIN: domain }),
      ...(kmsKey && { MINIO_KMS_SECRET_KEY: `${kmsKey}:${Buffer.alloc(32, kmsKey).toString('base64')}` }),
    },
    // The one health page that answers only when the object layer does.
    ready: () => answersOk(`${access.endpoint}/minio/health/cluster`),
  })
  return { ...access, folder, pid, createBucket: name => createBucket(access, name), stop }
}
